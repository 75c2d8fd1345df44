// Which type of Terraform's provider has which token in @pulumi/aws, and where pulumi-aws departs from the bridge's rules:
// https://github.com/pulumi/pulumi-aws/blob/v7.48.0/provider/resources.go
package main

import (
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
)

type mapping struct {
	module, name string
	fields       map[string]*tfbridge.SchemaInfo
	deleteFirst  bool
}

// token is a type token: ec2 and RouteTable give aws:ec2/routeTable:RouteTable.
func (m mapping) token() string {
	return "aws:" + m.module + "/" + m.file() + ":" + m.name
}

// functionToken is that of a function: index and getRegion give aws:index/getRegion:getRegion.
func (m mapping) functionToken() string {
	return "aws:" + m.module + "/" + m.name + ":" + m.name
}

func (m mapping) file() string {
	return strings.ToLower(m.name[:1]) + m.name[1:]
}

// autoNamed lets the bridge make the name of Terraform's field from the resource's own.
func autoNamed(field, name string, length int) map[string]*tfbridge.SchemaInfo {
	return map[string]*tfbridge.SchemaInfo{field: tfbridge.AutoName(name, length, "-")}
}

// unchangedNames keeps the bridge from adding an s to a list's name.
func unchangedNames(fields ...string) map[string]*tfbridge.SchemaInfo {
	result := map[string]*tfbridge.SchemaInfo{}
	for _, field := range fields {
		result[field] = &tfbridge.SchemaInfo{Name: field}
	}
	return result
}

var resources = map[string]mapping{
	"aws_vpc":                     {module: "ec2", name: "Vpc"},
	"aws_subnet":                  {module: "ec2", name: "Subnet"},
	"aws_internet_gateway":        {module: "ec2", name: "InternetGateway"},
	"aws_nat_gateway":             {module: "ec2", name: "NatGateway"},
	"aws_eip":                     {module: "ec2", name: "Eip"},
	"aws_route":                   {module: "ec2", name: "Route"},
	"aws_route_table":             {module: "ec2", name: "RouteTable"},
	"aws_route_table_association": {module: "ec2", name: "RouteTableAssociation"},
	"aws_vpc_endpoint":            {module: "ec2", name: "VpcEndpoint"},
	"aws_security_group":          {module: "ec2", name: "SecurityGroup", fields: unchangedNames("ingress", "egress")},
	"aws_security_group_rule":     {module: "ec2", name: "SecurityGroupRule", deleteFirst: true},
	"aws_launch_template":         {module: "ec2", name: "LaunchTemplate"},
	"aws_iam_role":                {module: "iam", name: "Role", fields: autoNamed("name", "name", 64)},
	"aws_iam_policy":              {module: "iam", name: "Policy"},
	"aws_iam_role_policy_attachment": {
		module: "iam", name: "RolePolicyAttachment", deleteFirst: true,
	},
	"aws_iam_instance_profile": {module: "iam", name: "InstanceProfile"},
	"aws_eks_cluster": {module: "eks", name: "Cluster", fields: map[string]*tfbridge.SchemaInfo{
		"certificate_authority": {Name: "certificateAuthority", MaxItemsOne: tfbridge.True()},
	}},
	"aws_eks_node_group": {
		module: "eks", name: "NodeGroup", fields: autoNamed("node_group_name", "nodeGroupName", 255),
	},
	"aws_eks_addon":                     {module: "eks", name: "Addon"},
	"aws_eks_access_entry":              {module: "eks", name: "AccessEntry"},
	"aws_eks_access_policy_association": {module: "eks", name: "AccessPolicyAssociation"},
	"aws_eks_pod_identity_association":  {module: "eks", name: "PodIdentityAssociation"},
	"aws_sqs_queue":                     {module: "sqs", name: "Queue"},
	"aws_sqs_queue_policy":              {module: "sqs", name: "QueuePolicy"},
	"aws_cloudwatch_event_rule":         {module: "cloudwatch", name: "EventRule"},
	"aws_cloudwatch_event_target":       {module: "cloudwatch", name: "EventTarget"},
}

var functions = map[string]mapping{
	"aws_region":             {module: "index", name: "getRegion"},
	"aws_partition":          {module: "index", name: "getPartition"},
	"aws_caller_identity":    {module: "index", name: "getCallerIdentity"},
	"aws_availability_zones": {module: "index", name: "getAvailabilityZones"},
	"aws_eks_cluster":        {module: "eks", name: "getCluster"},
	"aws_ebs_volumes":        {module: "ebs", name: "getEbsVolumes"},
	"aws_instances":          {module: "ec2", name: "getInstances"},
	"aws_network_interfaces": {module: "ec2", name: "getNetworkInterfaces"},
	"aws_route_table":        {module: "ec2", name: "getRouteTable"},
	"aws_security_groups":    {module: "ec2", name: "getSecurityGroups"},
	"aws_resourcegroupstaggingapi_resources": {
		module: "resourcegroupstaggingapi", name: "getResources",
	},
}
