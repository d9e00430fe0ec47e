import { referenceBackend } from "@nce-geometry/tensor";
import { conformanceSuite } from "../src/index.ts";

conformanceSuite("reference backend", referenceBackend);
