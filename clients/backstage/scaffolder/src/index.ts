/** The module of Backstage's scaffolder that brings the action vpce-guard:decide. */

import { coreServices, createBackendModule } from "@backstage/backend-plugin-api";
import { scaffolderActionsExtensionPoint } from "@backstage/plugin-scaffolder-node";

import { createDecideAction } from "./action";

export { createDecideAction } from "./action";

export default createBackendModule({
  pluginId: "scaffolder",
  moduleId: "vpce-guard",
  register(env) {
    env.registerInit({
      deps: { scaffolder: scaffolderActionsExtensionPoint, config: coreServices.rootConfig },
      async init({ scaffolder, config }) {
        scaffolder.addActions(createDecideAction({ config }));
      },
    });
  },
});
