// Type tokens by which the AWS tables refer to each other, and the pages that several of them cite.

/** Types of the fake, by the name that AWS has for the thing. */
export const AWS_TYPES = {
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  internetGateway: "aws:ec2/internetGateway:InternetGateway",
  /** Not a type that can be created: Amazon EKS makes one with each cluster. */
  securityGroup: "aws:ec2/securityGroup:SecurityGroup",
  /** Nor are the next three: the cloud controller makes load balancers, and Amazon EKS the log group of a control plane. */
  loadBalancer: "aws:lb/loadBalancer:LoadBalancer",
  targetGroup: "aws:lb/targetGroup:TargetGroup",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  /** The next five are not types that can be created here either: Karpenter makes them for its nodes. */
  instance: "aws:ec2/instance:Instance",
  volume: "aws:ebs/volume:Volume",
  networkInterface: "aws:ec2/networkInterface:NetworkInterface",
  launchTemplate: "aws:ec2/launchTemplate:LaunchTemplate",
  instanceProfile: "aws:iam/instanceProfile:InstanceProfile",
  routeTable: "aws:ec2/routeTable:RouteTable",
  route: "aws:ec2/route:Route",
  routeTableAssociation: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  address: "aws:ec2/eip:Eip",
  natGateway: "aws:ec2/natGateway:NatGateway",
  endpoint: "aws:ec2/vpcEndpoint:VpcEndpoint",
  role: "aws:iam/role:Role",
  policy: "aws:iam/policy:Policy",
  attachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  cluster: "aws:eks/cluster:Cluster",
  addOn: "aws:eks/addon:Addon",
  nodeGroup: "aws:eks/nodeGroup:NodeGroup",
  accessEntry: "aws:eks/accessEntry:AccessEntry",
  accessPolicy: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
  podIdentity: "aws:eks/podIdentityAssociation:PodIdentityAssociation",
  queue: "aws:sqs/queue:Queue",
  queuePolicy: "aws:sqs/queuePolicy:QueuePolicy",
  eventRule: "aws:cloudwatch/eventRule:EventRule",
  eventTarget: "aws:cloudwatch/eventTarget:EventTarget",
} as const;

/** Where AWS keeps its documentation. */
export const AWS_DOCS = "https://docs.aws.amazon.com";

/** Every error code of Amazon EC2, with its cause. */
export const EC2_ERRORS = `${AWS_DOCS}/AWSEC2/latest/APIReference/errors-overview.html`;
