// IAM policy documents: what is wrong with one, and who may assume a role.
import { AWS_DOCS } from "./types";
import type { Rule } from "../provider/kind";
import { textRule } from "../provider/rules";
import {
  isList,
  isProperties,
  parseJson,
  textAt,
  textsAt,
  propertyAt,
  type Properties,
  type Value,
} from "../provider/values";

const GRAMMAR = `${AWS_DOCS}/IAM/latest/UserGuide/reference_policies_grammar.html`;
const OPERATOR_PAGES = `${AWS_DOCS}/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html`;
const IAM_QUOTAS = `${AWS_DOCS}/IAM/latest/UserGuide/reference_iam-quotas.html`;

const OPERATORS =
  /^(?:ForAllValues:|ForAnyValue:)?(?:String(?:Not)?Equals(?:IgnoreCase)?|String(?:Not)?Like|Numeric(?:Not)?Equals|Numeric(?:LessThan|GreaterThan)(?:Equals)?|Date(?:Not)?Equals|Date(?:LessThan|GreaterThan)(?:Equals)?|Bool|BinaryEquals|(?:Not)?IpAddress|Arn(?:Not)?(?:Equals|Like)|Null)(?:IfExists)?$/;

/** The statements of a document, given as JSON text; none if it is not a document. */
export function statementsOf(text: string | undefined): readonly Properties[] {
  const statements = propertyAt(parseJson(text ?? ""), "Statement");
  return (isList(statements) ? statements : [statements]).filter(isProperties);
}

function oneOrMore(value: Value | undefined): readonly Value[] {
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}

/** Whether a trust policy lets a service take every one of these actions. */
export function trusts(trustPolicy: string | undefined, service: string, actions: readonly string[]): boolean {
  return statementsOf(trustPolicy).some(
    (statement) =>
      statement["Effect"] === "Allow" &&
      oneOrMore(propertyAt(statement, "Principal.Service")).includes(service) &&
      actions.every((action) => oneOrMore(statement["Action"]).includes(action)),
  );
}

/** Whether documents allow an action on some resource. Conditions are not looked at. */
export function allows(documents: readonly string[], action: string): boolean {
  return documents
    .flatMap(statementsOf)
    .some(
      (statement) =>
        statement["Effect"] === "Allow" &&
        oneOrMore(statement["Action"]).some((pattern) => typeof pattern === "string" && matchesAction(pattern, action)),
    );
}

function matchesAction(pattern: string, action: string): boolean {
  const expression = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${expression}$`, "i").test(action);
}

function actionProblem(statement: Properties): string | undefined {
  const bare = textsAt(statement, "Action").find((action) => action !== "*" && !/^[a-z0-9-]+:.+$/.test(action));
  return bare && `Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc., not "${bare}"`;
}

function resourceProblem(statement: Properties): string | undefined {
  const wrong = textsAt(statement, "Resource").find((resource) => resource !== "*" && !/^arn:.+:.+/.test(resource));
  return wrong && `Resource ${wrong} must be in ARN format or "*".`;
}

function conditionProblem(statement: Properties): string | undefined {
  const conditions = statement["Condition"];
  const unknown = isProperties(conditions) ? Object.keys(conditions).find((name) => !OPERATORS.test(name)) : undefined;
  return unknown && `Invalid Condition type : ${unknown}.`;
}

/** Rules for a policy document at `path`. A trust policy says who (Principal), any other policy says on what (Resource). */
export function documentRules(id: string, path: string, purpose: "identity" | "trust" | "resource"): readonly Rule[] {
  const statementRule = (suffix: string, source: string, problem: (statement: Properties) => string | undefined) =>
    textRule(`${id}-${suffix}`, source, path, (text) => {
      const found = statementsOf(text)
        .map(problem)
        .find((refusal) => refusal !== undefined);
      return found && `MalformedPolicyDocument: ${found}`;
    });
  return [
    textRule(`${id}-json`, GRAMMAR, path, (text) =>
      statementsOf(text).length > 0 ? undefined : "MalformedPolicyDocument: Syntax errors in policy.",
    ),
    statementRule("effect", GRAMMAR, (statement) =>
      ["Allow", "Deny"].includes(textAt(statement, "Effect") ?? "")
        ? undefined
        : 'Effect must be "Allow" or "Deny" in every statement',
    ),
    statementRule("actions", GRAMMAR, (statement) =>
      statement["Action"] === undefined && statement["NotAction"] === undefined
        ? "Policy statement must contain actions."
        : actionProblem(statement),
    ),
    statementRule("principals", GRAMMAR, (statement) => {
      const has = statement["Principal"] !== undefined;
      if (purpose === "identity") return has ? "Policy document should not specify a principal." : undefined;
      return has ? undefined : "Missing required field Principal";
    }),
    statementRule("resources", GRAMMAR, (statement) => {
      const has = statement["Resource"] !== undefined || statement["NotResource"] !== undefined;
      if (purpose === "trust") return has ? "Has prohibited field Resource" : undefined;
      return has ? resourceProblem(statement) : "Policy statement must contain resources.";
    }),
    statementRule("operators", OPERATOR_PAGES, conditionProblem),
  ];
}

/** A limit on the characters of a document; IAM counts them without white space. */
export function documentSize(id: string, path: string, longest: number): Rule {
  return textRule(id, IAM_QUOTAS, path, (text) => {
    const size = text.replace(/\s/g, "").length;
    return size <= longest ? undefined : `LimitExceeded: Cannot exceed quota for policy size: ${longest}, not ${size}`;
  });
}
