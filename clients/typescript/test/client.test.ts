/** The client against a running service, whose address and key are in the environment; and what fails on the way. */

import assert from "node:assert/strict";
import test from "node:test";

import { applyFix, GuardError, type Violation, VpceGuard } from "../src/index.js";

const url = process.env["VPCE_GUARD_URL"] ?? "";
const guard = new VpceGuard(`${url}/`, { token: process.env["VPCE_GUARD_TOKEN"] ?? "", timeout: 60_000 });
const GATEWAY = { VpcId: "vpc-0a000001", ServiceName: "com.amazonaws.us-east-1.s3", RouteTableIds: ["rtb-0a000001"] };
const WRONG = {
  VpcId: "vpc-0a000001",
  ServiceName: "com.amazonaws.us-east-1.s3",
  VpcEndpointType: "Interface",
  SubnetIds: ["subnet-0a000001"],
  RouteTableIds: ["rtb-0a000001"],
};

test("a denial has its reason, its fix and a page", async () => {
  const answer = await guard.decide(WRONG, { labels: { team: "payments" } });
  assert.equal(answer.allowed, false);
  const decision = answer.decisions[0]!;
  const denied: Violation[] = decision.violations.filter((one) => one.enforcement_action === "deny");
  assert.deepEqual(denied.map((one) => one.fix), [[{ op: "remove", path: "/request/RouteTableIds" }]]);
  assert.equal(guard.consolePage(decision.decision_id), `${url}/console/decisions/${decision.decision_id}`);
  const explanation = await guard.explain(decision.decision_id, { rule_id: denied[0]!.rule_id, flip: false });
  assert.deepEqual(explanation.decided_by, denied.map((one) => one.rule_id));
});

test("a fix is carried out in a copy, or fits and changes nothing at all", () => {
  const before = { request: { SubnetIds: ["a", "b", "a"], "x/y~": 1 } };
  const steps = [
    { op: "remove", path: "/request/SubnetIds/2" },
    { op: "add", path: "/request/SubnetIds/-", value: "c" },
    { op: "add", path: "/request/SubnetIds/0", value: "z" },
    { op: "replace", path: "/request/x~1y~0", value: 2 },
    { op: "add", path: "/request/__proto__", value: { polluted: true } },
  ];
  const after = applyFix(before, steps);
  assert.deepEqual(after.request.SubnetIds, ["z", "a", "b", "c"]);
  assert.equal(after.request["x/y~"], 2);
  assert.equal((after.request as { polluted?: boolean }).polluted, undefined);
  assert.deepEqual(before, { request: { SubnetIds: ["a", "b", "a"], "x/y~": 1 } });
  for (const path of ["/request/SubnetIds/3", "/request/Nothing", "/request/Nothing/0", ""]) {
    assert.throws(() => applyFix(before, [{ op: "remove", path }]), /does not fit/);
  }
  assert.throws(() => applyFix(before, [{ op: "add", path: "/__proto__/polluted", value: true }]), /does not fit/);
  assert.throws(() => applyFix(before, [{ op: "move", path: "/request" }]), /does not fit/);
});

test("an item of a batch that cannot be read spoils no other", async () => {
  const results = await guard.decideBatch([{ document: GATEWAY, dry_run: true }, { document: { what: "ever" } }]);
  assert.deepEqual(results.map((one) => [one.allowed, one.error?.status ?? null]), [[true, null], [false, 422]]);
});

test("rules and services are looked up", async () => {
  const rules = await guard.rules();
  assert.ok(rules.length > 100);
  assert.equal((await guard.rule(rules[0]!.id)).title, rules[0]!.title);
  assert.deepEqual((await guard.services("ecr.api")).services, [{ name: "ecr.api", types: ["Interface"] }]);
  assert.equal((await guard.service("s3")).name, "s3");
});

test("a need is advised on, and what is missing is named", async () => {
  const need = { service: "s3", region: "us-east-1", vpc_id: "vpc-0a000001", route_table_ids: ["rtb-0a000001"] };
  assert.equal((await guard.advise(need)).endpoint_type, "Gateway");
  assert.deepEqual((await guard.advise({})).needs.map((one) => one.member), ["service", "region", "vpc_id"]);
});

test("a policy is proved", async () => {
  const policy = { Statement: { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" } };
  const can = { principal: "anonymous", action: "s3:PutObject", resource: "arn:aws:s3:::a/b" };
  const report = await guard.reach({ policy, can });
  assert.equal(report.answers.find((one) => one.question === "can")?.answer, "refuted");
});

test("a problem is thrown with its places", async () => {
  await assert.rejects(guard.decide({ what: "ever" }), (error) => {
    assert.ok(error instanceof GuardError);
    assert.equal(error.status, 422);
    assert.equal(error.problem?.errors[0]?.code, "unknown_format");
    return true;
  });
  await assert.rejects(new VpceGuard(url, { token: "nobody's" }).rules(), { status: 401 });
});

test("what is overloaded is asked again with the same key, and a service that is gone allows nothing", async () => {
  const keys: (string | null)[] = [];
  const busyOnce = (async (input: Request, init: RequestInit) => {
    keys.push(input.headers.get("idempotency-key"));
    return keys.length === 1 ? new Response("{}", { status: 503, headers: { "retry-after": "0" } }) : fetch(input, init);
  }) as typeof fetch;
  const token = process.env["VPCE_GUARD_TOKEN"] ?? "";
  assert.equal((await new VpceGuard(url, { token, timeout: 60_000, fetch: busyOnce }).decide(GATEWAY)).allowed, true);
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
  const gone = new VpceGuard("http://127.0.0.1:9", { attempts: 1 });
  await assert.rejects(gone.decide(GATEWAY), { name: "GuardError", status: 0 });
});

test("what the service does not take is no TypeScript", () => {
  // @ts-expect-error a member that there is not
  const misspelt: Parameters<typeof guard.decide>[1] = { dryrun: true };
  // @ts-expect-error one that has another type
  const wrong: Parameters<typeof guard.advise>[0] = { vpcs: "three" };
  assert.ok(misspelt && wrong);
});
