// Cron schedules as Karpenter reads them: robfig/cron's standard parser, behind the pattern of its CRD.
// Source: https://github.com/robfig/cron/blob/v3.0.1/parser.go, and `Budget.IsActive` in
// https://github.com/kubernetes-sigs/karpenter/blob/v1.15.0/pkg/apis/v1/nodepool.go

/** Least and most of a field, and names of its values. */
interface Field {
  readonly least: number;
  readonly most: number;
  readonly names: readonly string[];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const FIELDS: readonly Field[] = [
  { least: 0, most: 59, names: [] },
  { least: 0, most: 23, names: [] },
  { least: 1, most: 31, names: [] },
  { least: 1, most: 12, names: MONTHS },
  { least: 0, most: 6, names: DAYS },
];

const DESCRIPTORS = ["@annually", "@yearly", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/** The CRD's: five parts, or a word at the start; `@every` is not among them. Go's `.` is anything but a line feed. */
const PATTERN = /^@(?:annually|yearly|monthly|weekly|daily|midnight|hourly)|(?:[^\n]+[\t\n\f\r ]){4}[^\n]+$/;

/** Whether a schedule can be read. Karpenter allows no disruption at all, and says nothing, while it has one that cannot. */
export function isCronSchedule(schedule: string): boolean {
  if (!PATTERN.test(schedule)) return false;
  const text = schedule.trim();
  if (text.startsWith("@")) return DESCRIPTORS.includes(text);
  const fields = text.split(/\s+/);
  return fields.length === FIELDS.length && FIELDS.every((field, index) => isField(fields[index] ?? "", field));
}

/** Entries between commas, of which empty ones do not count. */
function isField(text: string, field: Field): boolean {
  return text
    .split(",")
    .filter((entry) => entry !== "")
    .every((entry) => isEntry(entry, field));
}

/** `*`, `5`, `1-5`, each with a step behind a slash. */
function isEntry(entry: string, field: Field): boolean {
  const [range = "", step, ...further] = entry.split("/");
  if (further.length > 0 || (step !== undefined && (readNumber(step) ?? 0) === 0)) return false;
  const [low = "", high, ...beyond] = range.split("-");
  // Whatever stands behind the star's hyphen is not looked at.
  if (low === "*" || low === "?") return true;
  const first = readValue(low, field);
  const last = high === undefined ? (step === undefined ? first : field.most) : readValue(high, field);
  if (beyond.length > 0 || first === undefined || last === undefined) return false;
  return field.least <= first && first <= last && last <= field.most;
}

/** A number, or a name of the field, in small or capital letters. */
function readValue(text: string, { least, names }: Field): number | undefined {
  const index = names.indexOf(text.toLowerCase());
  return index < 0 ? readNumber(text) : least + index;
}

/** As Go's `strconv.Atoi`, without what is negative. */
function readNumber(text: string): number | undefined {
  return /^\+?\d+$/.test(text) && BigInt(text.replace("+", "")) < 1n << 63n ? Number(text) : undefined;
}
