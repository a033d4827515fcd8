/** What can go wrong: a problem that the service tells (RFC 9457), or no answer at all. Neither allows anything. */

import type { components } from "./api.js";

export type Problem = components["schemas"]["Problem"];

export class GuardError extends Error {
  override readonly name = "GuardError";
  /** The status of the answer; 0 where there was none. */
  readonly status: number;
  /** What the service told, with a pointer to each place that is wrong. */
  readonly problem: Problem | undefined;

  constructor(message: string, told: { status: number; problem?: Problem; cause?: unknown }) {
    super(message, told.cause === undefined ? undefined : { cause: told.cause });
    this.status = told.status;
    this.problem = told.problem;
  }
}

/** A problem, if an answer is one. */
export function problemOf(content: unknown): Problem | undefined {
  const told = content as Partial<Problem> | null | undefined;
  return typeof told === "object" && typeof told?.detail === "string" ? (told as Problem) : undefined;
}
