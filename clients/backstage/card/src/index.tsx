/** The plugin of Backstage's frontend: the card as an extension, and as a component for pages that are written by hand. */

import { createFrontendPlugin } from "@backstage/frontend-plugin-api";
import { EntityCardBlueprint } from "@backstage/plugin-catalog-react/alpha";

import { isGuarded } from "./annotations";

export { isGuarded } from "./annotations";
export { VpceGuardCard } from "./VpceGuardCard";

/** The card on the pages of entities that have one of its annotations. */
export const decisionsCard = EntityCardBlueprint.make({
  name: "decisions",
  params: {
    filter: isGuarded,
    loader: async () => {
      const { VpceGuardCard } = await import("./VpceGuardCard");
      return <VpceGuardCard />;
    },
  },
});

export default createFrontendPlugin({ pluginId: "vpce-guard", extensions: [decisionsCard] });
