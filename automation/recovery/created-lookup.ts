// Finds, in the account, resources whose ids AWS makes up: by the tags that their creation asked for.
import * as aws from "@pulumi/aws";
import type { Stack } from "@pulumi/pulumi/automation";
import { valueAt } from "../../config/value-at";
import type { Place } from "./created-id";
import type { StateResource } from "../base/state";
import { own } from "../../swap/own";

/** Types by the names that the tagging service has for them. Their ARNs end in the id. */
const TAGGED: Readonly<Record<string, string>> = {
  "aws:ec2/vpc:Vpc": "ec2:vpc",
  "aws:ec2/subnet:Subnet": "ec2:subnet",
  "aws:ec2/internetGateway:InternetGateway": "ec2:internet-gateway",
  "aws:ec2/routeTable:RouteTable": "ec2:route-table",
  "aws:ec2/eip:Eip": "ec2:elastic-ip",
  "aws:ec2/natGateway:NatGateway": "ec2:natgateway",
  "aws:ec2/vpcEndpoint:VpcEndpoint": "ec2:vpc-endpoint",
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": "eks:podidentityassociation",
};

const ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";

/** Whether resources of this type can be looked for. */
function canLookUp(type: string): boolean {
  return Object.hasOwn(TAGGED, type) || type === ASSOCIATION;
}

/** What the account says of resources that may have been created. */
export interface LookedUp {
  /** The ids that each resource may have, by URN; only of those that can be looked for. */
  readonly ids: ReadonlyMap<string, readonly string[]>;
  readonly place: Place;
}

/**
 * Looks for resources; ids that the state knows are left out. The lookup runs in a preview
 * of another program on the same stack, so with the credentials and the region of the stack's own provider; it changes
 * nothing. Needs `tag:GetResources` and `ec2:DescribeRouteTables`.
 * @throws CommandError when the account refuses
 */
export async function lookUpCreated(
  stack: Stack,
  resources: readonly StateResource[],
  knownIds: ReadonlySet<string>,
): Promise<LookedUp> {
  const ids = new Map<string, readonly string[]>();
  let place: Place = { partition: "", region: "", account: "" };
  await stack.preview({
    program: async () => {
      const [{ partition }, { region }, { accountId: account }] = await Promise.all([
        aws.getPartition(),
        aws.getRegion(),
        aws.getCallerIdentity(),
      ]);
      place = { partition, region, account };
      for (const resource of resources.filter(({ type }) => canLookUp(type))) {
        const found = resource.type === ASSOCIATION ? await associations(resource) : await tagged(resource);
        ids.set(
          resource.urn,
          found.filter((id) => !knownIds.has(id)),
        );
      }
    },
  });
  return { ids, place };
}

async function tagged({ type, inputs }: StateResource): Promise<readonly string[]> {
  const [service, name] = [own(TAGGED, type), valueAt(inputs, ["tags", "Name"])];
  if (service === undefined || typeof name !== "string") return [];
  const { resourceTagMappingLists } = await aws.resourcegroupstaggingapi.getResources({
    resourceTypeFilters: [service],
    tagFilters: [{ key: "Name", values: [name] }],
  });
  return resourceTagMappingLists
    .filter(({ tags }) => tags["Name"] === name)
    .flatMap(({ resourceArn }) => resourceArn.split("/").at(-1) ?? []);
}

async function associations({ inputs }: StateResource): Promise<readonly string[]> {
  const [routeTableId, subnetId] = ["routeTableId", "subnetId"].map((name) => valueAt(inputs, [name]));
  if (typeof routeTableId !== "string") return [];
  const table = await aws.ec2.getRouteTable({ routeTableId });
  return table.associations
    .filter((association) => association.subnetId === subnetId)
    .map(({ routeTableAssociationId }) => routeTableAssociationId);
}
