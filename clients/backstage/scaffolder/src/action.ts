/** The action vpce-guard:decide: documents judged before a template goes on. Nothing goes on without an answer. */

import type { RootConfigService } from "@backstage/backend-plugin-api";
import { createTemplateAction } from "@backstage/plugin-scaffolder-node";
import { type DecideOptions, GuardError, VpceGuard } from "@vpce-guard/client";

import { readDocuments } from "./documents";
import { type Outcome, told, worst } from "./outcome";

const FORMATS = [
  "auto",
  "terraform_plan",
  "pulumi_preview",
  "admission_review",
  "cloudformation",
  "cloud_control",
  "proposal",
  "aws_api",
] as const satisfies DecideOptions["format"][];

interface Given {
  config: RootConfigService;
  fetch?: typeof globalThis.fetch;
}

/** The action for a backend with this app-config; `fetch` is how the service is reached. */
export function createDecideAction(given: Given) {
  return createTemplateAction({
    id: "vpce-guard:decide",
    description: "Judges AWS VPC endpoints in a document or in files of the workspace, and stops where one is denied.",
    supportsDryRun: true,
    examples: [
      {
        description: "Stop where the plan of the workspace has an endpoint that is denied or cannot be judged",
        example: [
          "steps:",
          "  - id: guard",
          "    action: vpce-guard:decide",
          "    input:",
          "      files: [plan.json]",
          "      failOn: undetermined",
        ].join("\n"),
      },
    ],
    schema: {
      input: {
        document: (z) =>
          z
            .union([z.string(), z.record(z.any())])
            .optional()
            .describe("The document, as an object or as text in JSON."),
        files: (z) =>
          z.array(z.string()).min(1).optional().describe("Files of the workspace in JSON, each a document."),
        format: (z) => z.enum(FORMATS).default("auto").describe("What the documents are; auto: by their content."),
        context: (z) => z.record(z.any()).optional().describe("What is around the endpoints; a document's own values win."),
        parameters: (z) => z.record(z.any()).optional().describe("Parameters of a CloudFormation template."),
        labels: (z) => z.record(z.string()).optional().describe("Labels of the decisions, such as team and environment."),
        failOn: (z) =>
          z
            .enum(["denied", "undetermined", "never"])
            .default("denied")
            .describe("When the step fails: undetermined also denies what cannot be judged, never only tells."),
      },
      output: {
        allowed: (z) => z.boolean().describe("Whether everything is allowed."),
        outcome: (z) => z.enum(["allowed", "denied", "undetermined"]),
        decisionId: (z) => z.string().optional().describe("The decision that denies, or else the first one."),
        permalink: (z) => z.string().optional().describe("Its page in the console; absent in a dry run, which is not kept."),
        reasons: (z) => z.array(z.string()).describe("Why it is denied or undetermined, with the rules."),
        decisions: (z) => z.array(z.any()).describe("decisionId, endpoint, outcome, reasons and permalink of each."),
      },
    },
    async handler(ctx) {
      const { failOn, format, context, parameters, labels } = ctx.input; // Backstage fills in no defaults
      const documents = await readDocuments(ctx.input, ctx.workspacePath);
      const guard = open(given);
      const found: Outcome[] = [];
      for (const { name, content } of documents) {
        const options: DecideOptions = {
          format: format ?? "auto",
          labels: { ...labels, ...(ctx.user?.ref === undefined ? {} : { requested_by: ctx.user.ref }) },
          request_id: ctx.task.id,
          strict: failOn === "undetermined",
          dry_run: ctx.isDryRun ?? false,
          ...(context === undefined ? {} : { context }),
          ...(parameters === undefined ? {} : { parameters }),
        };
        try {
          found.push(told(await guard.decide(content, options), guard, name, ctx.isDryRun ?? false));
        } catch (error) {
          throw explained(error, name);
        }
      }
      const { outcome, decisions, reasons } = worst(found);
      for (const reason of reasons) ctx.logger.warn(reason);
      ctx.logger.info(`vpce-guard: ${outcome}, ${decisions.length} endpoint(s)${ctx.isDryRun ? ", dry run" : ""}`);
      const [first] = decisions;
      ctx.output("allowed", outcome !== "denied");
      ctx.output("outcome", outcome);
      ctx.output("reasons", reasons);
      ctx.output("decisions", decisions);
      if (first !== undefined) ctx.output("decisionId", first.decisionId);
      if (first?.permalink !== undefined) ctx.output("permalink", first.permalink);
      if (outcome === "denied" && failOn !== "never") {
        throw new Error(`Denied by vpce-guard:\n${reasons.join("\n")}${first?.permalink ? `\nSee ${first.permalink}` : ""}`);
      }
    },
  });
}

/** The service of the app-config. The token is in no message. */
function open({ config, fetch = globalThis.fetch }: Given): VpceGuard {
  const url = config.getOptionalString("vpceGuard.url");
  if (url === undefined) {
    throw new Error("Nothing was judged: set vpceGuard.url in app-config to the address of the service.");
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password) {
    throw new Error("Nothing was judged: vpceGuard.url in app-config must be an http or https address without a password.");
  }
  const token = config.getOptionalString("vpceGuard.token");
  return new VpceGuard(url, { fetch, ...(token === undefined ? {} : { token }) });
}

/** What went wrong, and what to do about it. */
function explained(error: unknown, name: string): Error {
  if (!(error instanceof GuardError)) return error instanceof Error ? error : new Error(String(error));
  const places = (error.problem?.errors ?? []).map((one) => `\n${one.pointer}: ${one.detail}`).join("");
  const advice =
    error.status === 0
      ? " See vpceGuard.url in app-config, and whether the service runs."
      : error.status === 401 || error.status === 403
        ? " The key in vpceGuard.token of app-config must be one with the scope decide."
        : "";
  return new Error(`${name} was not judged, so nothing goes on. ${error.message}${advice}${places}`);
}
