"""What the test gave this script: the emulator, and a credential that holds a fixed token."""

import json
import os
import time

EMULATOR = json.loads(os.environ["EMULATOR"])
URL = EMULATOR["https_url"]
SCOPE = "https://management.azure.com/.default"
WORKSPACE = (EMULATOR["resource_group"], EMULATOR["workspace"])


class FixedCredential:
    """A credential in azure-core's protocol."""

    def get_token(self, *scopes, **more):
        from azure.core.credentials import AccessToken

        return AccessToken(EMULATOR["token"], int(time.time()) + 3000)


class FixedAsyncCredential:
    """The same for the aio clients."""

    async def get_token(self, *scopes, **more):
        return FixedCredential().get_token(*scopes)

    async def close(self):
        pass

    async def __aenter__(self):
        return self

    async def __aexit__(self, *details):
        pass
