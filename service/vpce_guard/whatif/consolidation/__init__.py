"""Interface endpoints of many VPCs put together in a central one: what it costs and saves, its risks, and its steps.

Each step is a proposal of the product's own format, judged as any other. Nothing is changed.
Source: AWS whitepaper "Building a Scalable and Secure Multi-VPC AWS Network Infrastructure", "Centralized access to VPC
private endpoints".
"""
