// What the canary of verify needs in a machine that can pull no image and has no network of pods.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MOUNT_POINT } from "../node/disk";

/** An image with `cat`. */
export const CANARY_IMAGE = "localhost/cat:1";

/** Bash for a machine; see the script. */
export const CANARY_EQUIPMENT = [
  `set -- ${CANARY_IMAGE} ${MOUNT_POINT}/bin`,
  readFileSync(join(__dirname, "canary-equipment.sh"), "utf8"),
].join("\n");
