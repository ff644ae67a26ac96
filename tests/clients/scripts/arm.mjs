// @azure/arm-machinelearning: one instance's life.
import library from "@azure/arm-machinelearning";

const emulator = JSON.parse(process.env.EMULATOR);
const name = process.argv[2];
const credential = {
  getToken: async () => ({ token: emulator.token, expiresOnTimestamp: Date.now() + 3000000 }),
};
const client = new library.AzureMachineLearningWorkspaces(credential, emulator.subscription_id, {
  endpoint: emulator.https_url,
  credentialScopes: "https://management.azure.com/.default",
});
const where = [emulator.resource_group, emulator.workspace];
const fast = { updateIntervalInMs: 50 };
const computes = client.computeOperations;
const result = {};
const made = await computes.beginCreateOrUpdateAndWait(
  ...where,
  name,
  {
    location: emulator.location,
    properties: {
      computeType: "ComputeInstance",
      properties: {
        vmSize: "Standard_D2s_v3",
        schedules: {
          computeStartStop: [
            {
              action: "Stop",
              triggerType: "Cron",
              status: "Enabled",
              cron: { triggerType: "cron", expression: "0 18 * * *", timeZone: "Korea Standard Time" },
            },
          ],
        },
      },
    },
  },
  fast,
);
result.created = [made.name, made.properties.properties.state];
result.schedule = made.properties.properties.schedules.computeStartStop[0].cron.expression;
await computes.beginStopAndWait(...where, name, fast);
result.stopped = (await computes.get(...where, name)).properties.properties.state;
await computes.beginStartAndWait(...where, name, fast);
await computes.beginRestartAndWait(...where, name, fast);
result.restarted = (await computes.get(...where, name)).properties.properties.state;
result.listed = [];
for await (const one of computes.list(...where)) result.listed.push(one.name);
result.sizes = (await client.virtualMachineSizes.list(emulator.location)).value.length;
try {
  await computes.get(...where, "missing");
} catch (error) {
  result.missing = [error.statusCode, error.code];
}
await computes.beginDeleteAndWait(...where, name, "Delete", fast);
result.deleted = await computes.get(...where, name).catch((error) => error.statusCode);
console.log(JSON.stringify(result));
