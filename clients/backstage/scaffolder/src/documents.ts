/** What is to be judged: a document of the step, or files of its workspace. */

import { readFile } from "node:fs/promises";

import { resolveSafeChildPath } from "@backstage/backend-plugin-api";

export interface NamedDocument {
  name: string;
  content: unknown;
}

/** The documents, each with a name for people. Throws where there is none, or one is no JSON object. */
export async function readDocuments(
  input: { document?: string | Record<string, unknown> | undefined; files?: string[] | undefined },
  workspace: string,
): Promise<NamedDocument[]> {
  if ((input.document === undefined) === (input.files === undefined)) {
    throw new Error("Nothing was judged: give the step either document or files.");
  }
  if (input.document !== undefined) return [{ name: "The document", content: parsed(input.document, "The document") }];
  return Promise.all(
    (input.files ?? []).map(async (name) => {
      const path = resolveSafeChildPath(workspace, name); // throws where it leads out of the workspace
      const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        throw new Error(`${name} was not judged, so nothing goes on. It cannot be read from the workspace: ${error.code}`);
      });
      return { name, content: parsed(text, name) };
    }),
  );
}

function parsed(text: string | Record<string, unknown>, name: string): unknown {
  if (typeof text !== "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${name} was not judged, so nothing goes on. It is no JSON.`);
  }
}
