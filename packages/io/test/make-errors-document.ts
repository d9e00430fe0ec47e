import { mkdirSync, writeFileSync } from "node:fs";
import { errorsDocument, errorsPath } from "./errors-document.ts";

mkdirSync(new URL(".", errorsPath), { recursive: true });
writeFileSync(errorsPath, errorsDocument());
