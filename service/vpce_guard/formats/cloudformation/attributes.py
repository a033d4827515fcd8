"""Types of resources whose Ref is their id or ARN, and what Fn::GetAtt gives: that itself, or a property.

Source: the AWS CloudFormation template reference, return values.
"""

from __future__ import annotations

ID = ""
ATTRIBUTES: dict[str, dict[str, str]] = {
    "AWS::EC2::VPC": {"VpcId": ID, "CidrBlock": "CidrBlock"},
    "AWS::EC2::Subnet": {
        "SubnetId": ID,
        "AvailabilityZone": "AvailabilityZone",
        "AvailabilityZoneId": "AvailabilityZoneId",
        "CidrBlock": "CidrBlock",
        "VpcId": "VpcId",
    },
    "AWS::EC2::RouteTable": {"RouteTableId": ID},
    "AWS::EC2::SecurityGroup": {"GroupId": ID, "Id": ID, "VpcId": "VpcId"},
    "AWS::EC2::VPCEndpoint": {"Id": ID},
    "AWS::EC2::NetworkAcl": {"Id": ID, "NetworkAclId": ID},
    "AWS::EC2::PrefixList": {"PrefixListId": ID},
    "AWS::EC2::DHCPOptions": {"DhcpOptionsId": ID},
    "AWS::EC2::VPCEndpointService": {"ServiceId": ID},
    "AWS::ElasticLoadBalancingV2::LoadBalancer": {"LoadBalancerArn": ID},
    "AWS::VpcLattice::ServiceNetwork": {"Arn": ID},
    "AWS::VpcLattice::ResourceConfiguration": {"Arn": ID},
}
