/** The card in a test app of Backstage: what it shows of decisions, and of a service that gives none. */

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { discoveryApiRef, fetchApiRef } from "@backstage/core-plugin-api";
import { createExtensionTester, renderInTestApp } from "@backstage/frontend-test-utils";
import { EntityProvider } from "@backstage/plugin-catalog-react";
import { EntityCardBlueprint } from "@backstage/plugin-catalog-react/alpha";
import { cleanup, screen, within } from "@testing-library/react";

import { decisionsCard, VpceGuardCard } from "../src/index";

const CONSOLE = "https://guard.example";
const ANNOTATIONS = { "vpce-guard.io/account-id": "111122223333", "vpce-guard.io/label": "team:payments" };
const DENIED = {
  decision_id: "d-1",
  timestamp: "2026-11-30T10:00:00Z",
  allowed: false,
  subject: { address: "aws_vpc_endpoint.queue", endpoint_type: "Interface", service_name: "sqs", vpc_id: null },
  violations: [
    { rule_id: "VPCE-IFACE-002", message: "two subnets <b>in</b> one zone", enforcement_action: "deny" },
    { rule_id: "VPCE-COMMON-029", message: "no policy", enforcement_action: "inform" },
  ],
  undetermined: [],
  error: null,
};
const UNSURE = {
  ...DENIED,
  decision_id: "d-2",
  allowed: true,
  subject: { address: null, endpoint_type: "Gateway", service_name: "com.amazonaws.us-east-1.s3", vpc_id: null },
  violations: [],
  undetermined: [{ rule_id: "VPCE-GW-003", reason: "the route tables are not known", missing: [] }],
};

afterEach(cleanup);

function entity(annotations: Record<string, string> = ANNOTATIONS) {
  return { apiVersion: "backstage.io/v1alpha1", kind: "Component", metadata: { name: "queue", annotations } };
}

/** The card over what the service answers, and the addresses that were asked. */
function show(answer: { status?: number; body: unknown }, given: { annotations?: Record<string, string>; config?: Record<string, string> } = {}) {
  const asked: string[] = [];
  const fetch = async (address: RequestInfo | URL) => {
    asked.push(String(address));
    return Response.json(answer.body, { status: answer.status ?? 200 });
  };
  renderInTestApp(
    <EntityProvider entity={entity(given.annotations)}>
      <VpceGuardCard limit={3} />
    </EntityProvider>,
    {
      config: { vpceGuard: given.config ?? { consoleUrl: `${CONSOLE}/` } },
      apis: [
        [discoveryApiRef, { getBaseUrl: async (plugin: string) => `https://portal.example/api/${plugin}` }],
        [fetchApiRef, { fetch: fetch as typeof globalThis.fetch }],
      ],
    },
  );
  return asked;
}

test("the latest decisions are shown with outcome, reasons and the way to the console", async () => {
  const asked = show({ body: { decisions: [{ decision: DENIED }, { decision: UNSURE }], cursor: null } });
  const link = await screen.findByRole("link", { name: /aws_vpc_endpoint\.queue/ });
  assert.deepEqual(asked, [
    "https://portal.example/api/proxy/vpce-guard/v1/decisions?account_id=111122223333&label=team%3Apayments&limit=3&fields=decision",
  ]);
  assert.equal(link.getAttribute("href"), `${CONSOLE}/console/decisions/d-1`);
  const [, first, second] = within(screen.getByRole("table")).getAllByRole("row");
  assert.match(first!.textContent ?? "", /^Deniedaws_vpc_endpoint\.queue.*VPCE-IFACE-002: two subnets <b>in<\/b> one zone/);
  assert.doesNotMatch(first!.textContent ?? "", /VPCE-COMMON-029/);
  assert.match(second!.textContent ?? "", /^Allowed, not all judged.*VPCE-GW-003 could not be judged: the route tables/);
  const all = screen.getByRole("link", { name: /All decisions/ }).getAttribute("href");
  assert.equal(all, `${CONSOLE}/console/decisions?account_id=111122223333&label=team%3Apayments`);
});

test("without the console's address there are no links", async () => {
  show({ body: { decisions: [{ decision: DENIED }], cursor: null } }, { config: {} });
  await screen.findByText("aws_vpc_endpoint.queue");
  assert.deepEqual(screen.queryAllByRole("link"), []);
});

test("nothing decided yet is said", async () => {
  show({ body: { decisions: [], cursor: null } });
  await screen.findByText("Nothing was decided yet.");
});

test("a service that gives no decisions is no empty list", async () => {
  show({ status: 403, body: { detail: "The key has no scope read." } });
  assert.ok((await screen.findAllByText(/The key has no scope read\./)).length > 0);
  assert.equal(screen.queryByText("Nothing was decided yet."), null);
  cleanup();
  show({ status: 502, body: "bad gateway" });
  assert.ok((await screen.findAllByText(/vpce-guard answered 502/)).length > 0);
});

test("an entity without an annotation is told which there are, and asks nothing", async () => {
  const asked = show({ body: {} }, { annotations: {} });
  await screen.findByText(/Missing Annotation/);
  assert.match(document.body.textContent ?? "", /vpce-guard\.io\/account-id/);
  assert.deepEqual(asked, []);
});

test("the extension is a card of entities that have an annotation", () => {
  const isShownFor = createExtensionTester(decisionsCard).get(EntityCardBlueprint.dataRefs.filterFunction);
  assert.deepEqual([isShownFor?.(entity()), isShownFor?.(entity({}))], [true, false]);
});
