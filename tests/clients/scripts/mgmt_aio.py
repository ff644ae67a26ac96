"""azure-mgmt-machinelearningservices, asynchronous: two instances at once, tiny pages, a refusal."""

import asyncio
import json
import sys
import urllib.request

from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.machinelearningservices import models
from azure.mgmt.machinelearningservices.aio import MachineLearningServicesMgmtClient
from given import EMULATOR, SCOPE, URL, WORKSPACE, FixedAsyncCredential

name = sys.argv[1]
old = sys.argv[2] == "1"


def page_size(size):
    request = urllib.request.Request(
        f"{EMULATOR['url']}/emulator/settings",
        data=json.dumps({"page_size": size}).encode(),
        method="PATCH",
        headers={"X-Emulator-Key": EMULATOR["control_key"]},
    )
    urllib.request.urlopen(request).read()


def instance(size):
    properties = models.ComputeInstanceProperties(vm_size=size)
    return models.ComputeResource(
        location=EMULATOR["location"], properties=models.ComputeInstance(properties=properties)
    )


async def life(computes, own):
    begun = await computes.begin_create_or_update(*WORKSPACE, own, instance("Standard_D2s_v3"))
    return await begun.result()


async def main():
    result = {}
    client = MachineLearningServicesMgmtClient(
        FixedAsyncCredential(),
        EMULATOR["subscription_id"],
        base_url=URL,
        credential_scopes=[SCOPE],
        connection_verify=EMULATOR["ca_cert"],
    )
    async with client:
        computes = client.machine_learning_compute if old else client.compute
        list_computes = computes.list_by_workspace if old else computes.list
        made, _ = await asyncio.gather(life(computes, name), life(computes, f"{name}b"))
        result["created"] = [made.name, made.properties.properties.state]
        page_size(1)
        pages = list_computes(*WORKSPACE).by_page()
        result["pages"], result["listed"] = 0, []
        async for page in pages:
            result["pages"] += 1
            result["listed"] += [one.name async for one in page]
        page_size(1000)
        try:
            async for _ in computes.list_nodes(*WORKSPACE, name):
                pass
        except HttpResponseError as error:
            result["refused"] = [error.status_code, error.error.code]
        for own in (name, f"{name}b"):
            gone = await computes.begin_delete(*WORKSPACE, own, underlying_resource_action="Delete")
            await gone.result()
        try:
            await computes.get(*WORKSPACE, name)
        except ResourceNotFoundError:
            result["deleted"] = True
    print(json.dumps(result))


asyncio.run(main())
