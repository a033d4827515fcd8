/** What an entity says of the decisions that are about it. */

import type { Entity } from "@backstage/catalog-model";

/** The AWS account of the endpoints, as 111122223333. */
export const ACCOUNT = "vpce-guard.io/account-id";

/** A label of the decisions as name:value, such as team:payments. */
export const LABEL = "vpce-guard.io/label";

/** The filters of GET /v1/decisions that an entity's annotations stand for; none where it has none of them. */
export function filtersOf(entity: Entity): Record<string, string> {
  const { [ACCOUNT]: account_id, [LABEL]: label } = entity.metadata.annotations ?? {};
  return { ...(account_id ? { account_id } : {}), ...(label ? { label } : {}) };
}

/** Whether there is something to show for an entity. */
export function isGuarded(entity: Entity): boolean {
  return Object.keys(filtersOf(entity)).length > 0;
}
