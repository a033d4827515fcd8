/** The action against a running service, whose address and key are in the environment; and what fails on the way. */

import assert from "node:assert/strict";
import test from "node:test";

import type { RootConfigService } from "@backstage/backend-plugin-api";
import { createMockDirectory, mockServices, startTestBackend } from "@backstage/backend-test-utils";
import { scaffolderActionsExtensionPoint } from "@backstage/plugin-scaffolder-node";
import { createMockActionContext } from "@backstage/plugin-scaffolder-node-test-utils";

import * as jestMock from "jest-mock";

import vpceGuardModule, { createDecideAction } from "../src/index";

Object.assign(globalThis, { jest: jestMock }); // what Backstage's test utilities make their mocks with
const url = process.env["VPCE_GUARD_URL"] ?? "";
const token = process.env["VPCE_GUARD_TOKEN"] ?? "";
const GATEWAY = { VpcId: "vpc-0a000001", ServiceName: "com.amazonaws.us-east-1.s3", RouteTableIds: ["rtb-0a000001"] };
const WRONG = { ...GATEWAY, VpcEndpointType: "Interface", SubnetIds: ["subnet-0a000001"] };
const directory = createMockDirectory();

function configured(vpceGuard: Record<string, string> = { url, token }): RootConfigService {
  return mockServices.rootConfig({ data: { vpceGuard } });
}

/** One run of the action: what it put out and logged, and the error it ended with. */
async function run(
  input: Record<string, unknown>,
  given: { config?: RootConfigService; fetch?: typeof fetch; isDryRun?: boolean } = {},
) {
  const action = createDecideAction({ config: given.config ?? configured(), ...(given.fetch ? { fetch: given.fetch } : {}) });
  const output: Record<string, unknown> = {};
  const logged: string[] = [];
  const told = createMockActionContext({
    input: input as never,
    workspacePath: directory.path,
    user: { ref: "user:default/somebody" },
    task: { id: `task-${Math.random()}` },
    logger: mockServices.logger.mock({
      info: (message) => void logged.push(String(message)),
      warn: (message) => void logged.push(String(message)),
    }),
  });
  const context = {
    ...told,
    isDryRun: given.isDryRun ?? false,
    output: (name: string, value: unknown) => void (output[name] = value),
  };
  const error = await action.handler(context as never).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  return { output, logged, error, id: context.task.id };
}

async function recorded(requestId: string): Promise<{ decision: { decision_id: string }; input: { labels: object } }[]> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/v1/decisions?request_id=${requestId}`, { headers });
  const { decisions } = (await answer.json()) as { decisions: { decision: { decision_id: string } }[] };
  return Promise.all(
    decisions.map(async ({ decision }) => (await fetch(`${url}/v1/decisions/${decision.decision_id}`, { headers })).json()),
  ) as never;
}

test("the module brings the action to the scaffolder", async () => {
  const actions: { id: string; supportsDryRun?: boolean }[] = [];
  const backend = await startTestBackend({
    extensionPoints: [[scaffolderActionsExtensionPoint, { addActions: (...added) => void actions.push(...added) }]],
    features: [vpceGuardModule, mockServices.rootConfig.factory({ data: {} })],
  });
  await backend.stop();
  assert.deepEqual(actions.map((one) => [one.id, one.supportsDryRun]), [["vpce-guard:decide", true]]);
});

test("a document that is allowed lets the template go on", async () => {
  const { output, error, id } = await run({ document: GATEWAY, labels: { team: "payments", requested_by: "nobody" } });
  assert.equal(error, undefined);
  assert.equal(output["allowed"], true);
  assert.equal(output["permalink"], `${url}/console/decisions/${output["decisionId"]}`);
  const [kept] = await recorded(id);
  assert.equal(kept?.decision.decision_id, output["decisionId"]);
  assert.deepEqual(kept?.input.labels, { team: "payments", requested_by: "user:default/somebody" });
});

test("a denial stops the step with its reasons, which are told before", async () => {
  const { output, error, logged } = await run({ document: JSON.stringify(WRONG) });
  assert.equal(output["outcome"], "denied");
  const reasons = output["reasons"] as string[];
  assert.match(reasons[0] ?? "", /^Interface com\.amazonaws\.us-east-1\.s3: VPCE-IFACE-\d+: /);
  assert.ok(error?.message.startsWith("Denied by vpce-guard:\n"));
  assert.ok(error?.message.includes(reasons[0] ?? "?"));
  assert.ok(error?.message.endsWith(`See ${output["permalink"]}`));
  assert.ok(logged.includes(reasons[0] ?? "?"));
});

test("what cannot be judged stops the step only where that is asked for", async () => {
  const open = await run({ document: GATEWAY });
  assert.equal(open.output["outcome"], "undetermined");
  const strict = await run({ document: GATEWAY, failOn: "undetermined" });
  assert.equal(strict.output["outcome"], "denied");
  assert.match(strict.error?.message ?? "", /could not be judged/);
  const told = await run({ document: WRONG, failOn: "never" });
  assert.deepEqual([told.error, told.output["allowed"]], [undefined, false]);
});

test("files of the workspace are judged, what denies first, and no other file is read", async () => {
  directory.setContent({ "fine.json": JSON.stringify(GATEWAY), "wrong.json": JSON.stringify(WRONG), "text.json": "{" });
  const { output } = await run({ files: ["fine.json", "wrong.json"], failOn: "never" });
  const decisions = output["decisions"] as { outcome: string; decisionId: string }[];
  assert.deepEqual(decisions.map((one) => one.outcome), ["denied", "undetermined"]);
  assert.equal(output["decisionId"], decisions[0]?.decisionId);
  assert.match((await run({ files: ["../outside.json"] })).error?.message ?? "", /not allowed|outside/i);
  assert.match((await run({ files: ["none.json"] })).error?.message ?? "", /none\.json was not judged.*ENOENT/);
  assert.match((await run({ files: ["text.json"] })).error?.message ?? "", /text\.json was not judged.*no JSON/);
  assert.match((await run({})).error?.message ?? "", /give the step either document or files/);
});

test("a dry run is judged and not kept", async () => {
  const { output, error, id } = await run({ document: WRONG }, { isDryRun: true });
  assert.ok(error);
  assert.equal(output["outcome"], "denied");
  assert.equal("permalink" in output, false);
  assert.deepEqual(await recorded(id), []);
});

test("a document that cannot be read is told with its places", async () => {
  const { error } = await run({ document: { what: "ever" } });
  assert.match(error?.message ?? "", /^The document was not judged, so nothing goes on\. .+\n.*: .+/s);
});

test("without a service, an address or a key nothing goes on, and no message has the key", async () => {
  const secret = "a-secret-key";
  const seen = [
    await run({ document: GATEWAY }, { config: configured({ url, token: secret }) }),
    await run({ document: GATEWAY }, { config: configured({ url: `https://me:${secret}@guard.example` }) }),
    await run({ document: GATEWAY }, { config: mockServices.rootConfig({ data: {} }) }),
    await run({ document: GATEWAY }, {
      config: configured({ url: "http://127.0.0.1:9", token: secret }),
      fetch: () => Promise.reject(new TypeError("fetch failed")),
    }),
  ];
  assert.deepEqual(
    seen.map(({ error }) => /scope decide|without a password|set vpceGuard\.url|cannot be reached/.exec(error?.message ?? "")?.[0]),
    ["scope decide", "without a password", "set vpceGuard.url", "cannot be reached"],
  );
  assert.deepEqual(seen.map(({ output }) => output), [{}, {}, {}, {}]);
  for (const { error, logged } of seen) assert.equal(`${error?.stack}${logged.join()}`.includes(secret), false);
});
