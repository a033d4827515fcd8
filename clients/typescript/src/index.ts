/**
 * A typed client for a running vpce-guard.
 *
 *     const guard = new VpceGuard("https://guard.example.com", { token });
 *     const answer = await guard.decide(plan);
 *     if (!answer.allowed) show(answer.decisions);
 *
 * Asking is safe to repeat, so what fails on the way is tried again: connections, 429 (after the time that the service
 * names), 502, 503 and 504. What then still fails is thrown, and never taken for an answer.
 */

import createClient from "openapi-fetch";

import type { components, paths } from "./api.js";
import { GuardError, type Problem, problemOf } from "./errors.js";
import { repeating } from "./repeating.js";

export { GuardError, type Problem } from "./errors.js";
export { applyFix } from "./fix.js";
export type { components, operations, paths } from "./api.js";

type Schemas = components["schemas"];
export type Advice = Schemas["Advice"];
export type AskedDecision = Schemas["DecisionRequest"];
export type BatchItem = Schemas["BatchItem"];
export type CatalogueRule = Schemas["CatalogueRule"];
export type Decision = Schemas["Decision"];
export type DecisionAnswer = Schemas["DecisionAnswer"];
export type Explanation = Schemas["Explanation"];
export type Need = Schemas["Need"];
export type ReachReport = Schemas["ReachReport"];
export type ReachRequest = Schemas["ReachRequest"];
export type RuleDetail = Schemas["RuleDetail"];
export type ServiceDetail = Schemas["ServiceDetail"];
export type ServiceList = Schemas["ServiceList"];
export type Violation = Schemas["Violation"];

/** What may stand beside a document; see POST /v1/decisions. */
export type DecideOptions = Partial<Omit<AskedDecision, "document">>;

/** How to reach the service. Times are in milliseconds; `attempts` counts the first one too. */
export interface GuardOptions {
  token?: string;
  timeout?: number;
  attempts?: number;
  fetch?: typeof globalThis.fetch;
}

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

export class VpceGuard {
  readonly #url: string;
  readonly #api: ReturnType<typeof createClient<paths>>;

  constructor(url: string, options: GuardOptions = {}) {
    const { token, timeout = 10_000, attempts = 4, fetch = globalThis.fetch } = options;
    this.#url = url.replace(/\/+$/, "");
    this.#api = createClient<paths>({
      baseUrl: this.#url,
      fetch: repeating(fetch, { timeout, attempts }),
      ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
    });
  }

  /** The decisions on a document of any format. However often it is sent on the way, it is decided and kept once. */
  async decide(document: unknown, options: DecideOptions = {}): Promise<DecisionAnswer> {
    const body = asked(document, options);
    const header = { "idempotency-key": crypto.randomUUID() };
    return take(await this.#api.POST("/v1/decisions", { body, params: { header } }));
  }

  /** An answer for each item, in order; one that cannot be read or judged has `error` and spoils no other. */
  async decideBatch(items: readonly ({ document: unknown } & DecideOptions)[]): Promise<BatchItem[]> {
    const body = { items: items.map(({ document, ...options }) => asked(document, options)) };
    return take(await this.#api.POST("/v1/decisions/batch", { body })).results;
  }

  /** Why each rule fired or not in a recorded decision. */
  async explain(decisionId: string, options: { rule_id?: string; flip?: boolean } = {}): Promise<Explanation> {
    const params = { path: { decision_id: decisionId }, query: options };
    return take(await this.#api.GET("/v1/decisions/{decision_id}/explanation", { params }));
  }

  /** Every rule of the bundle in force, by id, without examples. */
  async rules(): Promise<CatalogueRule[]> {
    return take(await this.#api.GET("/v1/rules"));
  }

  /** A rule with its sources and examples. */
  async rule(ruleId: string): Promise<RuleDetail> {
    return take(await this.#api.GET("/v1/rules/{rule_id}", { params: { path: { rule_id: ruleId } } }));
  }

  /** AWS services that have VPC endpoints; with `about` those whose names hold it. */
  async services(about?: string): Promise<ServiceList> {
    return take(await this.#api.GET("/v1/services", { params: { query: about === undefined ? {} : { about } } }));
  }

  /** What is known of one service, as s3 or ecr.api, with sources. */
  async service(name: string): Promise<ServiceDetail> {
    return take(await this.#api.GET("/v1/services/{name}", { params: { path: { name } } }));
  }

  /** Which endpoint serves a need, why, and what it costs; `needs` says what must be told first. */
  async advise(need: Partial<Need>): Promise<Advice> {
    return take(await this.#api.POST("/v1/advice", { body: need as Need }));
  }

  /** What an endpoint policy lets through: each question proved, refuted with a request that passes, or undecided. */
  async reach(request: Pick<ReachRequest, "policy"> & Partial<ReachRequest>): Promise<ReachReport> {
    return take(await this.#api.POST("/v1/reach", { body: request as ReachRequest }));
  }

  /** The page of the console that shows a recorded decision, for people. */
  consolePage(decisionId: string): string {
    return `${this.#url}/console/decisions/${encodeURIComponent(decisionId)}`;
  }
}

/** The body that asks for a decision; the members that it leaves out have defaults at the service. */
function asked(document: unknown, options: DecideOptions): AskedDecision {
  return { document, request_id: crypto.randomUUID(), ...options } as AskedDecision;
}

/** The answer, or what went wrong as an error. */
function take<T>(answered: Answered<T>): T {
  if (answered.data === undefined || !answered.response.ok) {
    const problem: Problem | undefined = problemOf(answered.error);
    throw new GuardError(problem?.detail ?? `The service answered ${answered.response.status}.`, {
      status: answered.response.status,
      ...(problem === undefined ? {} : { problem }),
    });
  }
  return answered.data;
}
