// Every endpoint construct of the AWS CDK: a network, endpoints of another stack and of a nested one, in two stages.
// `make cdk` synthesises it; tests judge what comes out.
const { App, NestedStack, Stack, Stage } = require("aws-cdk-lib");
const ec2 = require("aws-cdk-lib/aws-ec2");
const iam = require("aws-cdk-lib/aws-iam");

class Network extends Stack {
  constructor(scope, id, props) {
    super(scope, id, props);
    this.vpc = new ec2.Vpc(this, "Vpc", {
      ipAddresses: ec2.IpAddresses.cidr("10.20.0.0/16"),
      ...(props.zones ? { availabilityZones: props.zones } : { maxAzs: 2 }),
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [{ name: "app", subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
    });
    const table = this.vpc.addGatewayEndpoint("DynamoDb", { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB });
    table.addToPolicy(
      new iam.PolicyStatement({
        principals: [new iam.AnyPrincipal()],
        actions: ["dynamodb:GetItem"],
        resources: [`arn:${this.partition}:dynamodb:${this.region}:${this.account}:table/orders`],
      }),
    );
    this.vpc.addInterfaceEndpoint("Sqs", { service: ec2.InterfaceVpcEndpointAwsService.SQS });
  }
}

class Nested extends NestedStack {
  constructor(scope, id, { vpc }) {
    super(scope, id);
    new ec2.InterfaceVpcEndpoint(this, "Kms", { vpc, service: ec2.InterfaceVpcEndpointAwsService.KMS });
  }
}

class Endpoints extends Stack {
  constructor(scope, id, { vpc, ...props }) {
    super(scope, id, props);
    const group = new ec2.SecurityGroup(this, "Group", { vpc, allowAllOutbound: false });
    group.addIngressRule(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(443));
    new ec2.InterfaceVpcEndpoint(this, "Ssm", {
      vpc,
      service: ec2.InterfaceVpcEndpointAwsService.SSM,
      securityGroups: [group],
      open: false,
    });
    new ec2.InterfaceVpcEndpoint(this, "Partner", {
      vpc,
      service: new ec2.InterfaceVpcEndpointService("com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718", 8443),
      privateDnsEnabled: false,
    });
    new ec2.CfnVPCEndpoint(this, "Inspection", {
      vpcId: vpc.vpcId,
      vpcEndpointType: "GatewayLoadBalancer",
      serviceName: "com.amazonaws.vpce.eu-west-1.vpce-svc-0718293a4b5c6d7e8",
      subnetIds: [vpc.isolatedSubnets[0].subnetId],
    });
    new ec2.CfnVPCEndpoint(this, "Database", {
      vpcId: vpc.vpcId,
      vpcEndpointType: "Resource",
      resourceConfigurationArn: `arn:aws:vpc-lattice:${this.region}:${this.account}:resourceconfiguration/rcfg-0a1b2c3d4e5f60718`,
      subnetIds: vpc.isolatedSubnets.map((subnet) => subnet.subnetId),
      securityGroupIds: [group.securityGroupId],
    });
    new ec2.CfnVPCEndpoint(this, "Services", {
      vpcId: vpc.vpcId,
      vpcEndpointType: "ServiceNetwork",
      serviceNetworkArn: `arn:aws:vpc-lattice:${this.region}:${this.account}:servicenetwork/sn-0a1b2c3d4e5f60718`,
      subnetIds: vpc.isolatedSubnets.map((subnet) => subnet.subnetId),
      securityGroupIds: [group.securityGroupId],
    });
    new Nested(this, "Keys", { vpc });
  }
}

class Deployment extends Stage {
  constructor(scope, id, { zones, ...props } = {}) {
    super(scope, id, props);
    const network = new Network(this, "Network", { zones });
    new Endpoints(this, "Endpoints", { vpc: network.vpc });
  }
}

const app = new App({
  outdir: process.argv[2],
  analyticsReporting: false,
  treeMetadata: false,
  context: { "aws:cdk:enable-asset-metadata": true }, // as the CDK's command line sets it
});
new Deployment(app, "Test");
new Deployment(app, "Prod", {
  env: { account: "111122223333", region: "eu-west-1" },
  zones: ["eu-west-1a", "eu-west-1b"],
});
app.synth();
