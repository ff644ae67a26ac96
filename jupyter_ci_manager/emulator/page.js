"use strict";
const cell = (row, text, kind) => {
  const made = document.createElement("td");
  made.textContent = text ?? "";
  if (kind) made.className = kind;
  row.append(made);
  return made;
};
const fill = (id, items, draw) => {
  const rows = items.map((item) => {
    const row = document.createElement("tr");
    draw(row, item);
    return row;
  });
  document.querySelector(`#${id} tbody`).replaceChildren(...rows);
};
const troubled = /Failed|Unusable|Unknown/;
async function show() {
  const answer = await fetch("/emulator/summary");
  if (answer.status === 401) return location.reload();
  const now = await answer.json();
  document.querySelector("#clock").textContent =
    `${now.now.slice(0, 19).replace("T", " ")} UTC, ` +
    (now.speed === 1 ? "at real speed" : `${now.speed} times as fast as real time`);
  document.querySelector("#count").textContent = `${now.count} in all`;
  fill("instances", now.instances, (row, one) => {
    const name = cell(row, "");
    const link = document.createElement("a");
    link.href = one.link;
    link.textContent = one.name;
    name.append(one.state === "Running" ? link : one.name);
    cell(row, one.state, troubled.test(one.state) ? "bad" : "");
    cell(row, one.size);
    cell(row, one.cores, "number");
    cell(row, one.owner);
    const last = one.operation;
    cell(row, last ? `${last.operationName} ${last.operationStatus} (${last.operationTrigger})` : "");
    cell(row, one.workspace, "dim");
  });
  fill("quota", now.quota, (row, one) => {
    cell(row, one.name);
    cell(row, one.location, "dim");
    const meter = document.createElement("meter");
    meter.max = Math.max(one.limit, 1);
    meter.value = one.used;
    meter.high = meter.max * 0.75;
    cell(row, "").append(meter);
    cell(row, `${one.used} of ${one.limit < 0 ? "any number of" : one.limit} cores`);
  });
  fill("log", now.log.reverse(), (row, one) => {
    cell(row, one.number, "number");
    cell(row, one.method);
    cell(row, one.status, one.status >= 400 ? "bad" : "");
    cell(row, one.caller, "dim");
    const path = document.createElement("code");
    path.textContent = one.path;
    cell(row, "").append(path);
  });
}
const look = () => {
  if (!document.hidden) show().catch(() => {});
};
document.addEventListener("visibilitychange", look);
setInterval(look, 2000);
look();
