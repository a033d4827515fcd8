"""Where hooks stood until 0.1.0; Lambda functions name `vpce_guard.integrations.cloudformation_hook.handler`."""
