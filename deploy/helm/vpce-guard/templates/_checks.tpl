{{/* What values cannot be together, each with a sentence that says what to do. */}}
{{- define "vpce-guard.check" -}}
{{- $v := .Values }}
{{- if and (not $v.database.urlSecret.name) (or (gt (int $v.replicas) 1) $v.autoscaling.enabled) }}
{{- fail "More than one replica needs PostgreSQL: SQLite is a file that one service writes. Set database.urlSecret.name, or replicas: 1 and autoscaling.enabled: false." }}
{{- end }}
{{- if and $v.api.enabled (not $v.api.keysSecret.name) (not $v.settings.oidc_issuer) }}
{{- fail "api.enabled needs credentials: set api.keysSecret.name, or settings.oidc_issuer, oidc_audience and oidc_jwks_url." }}
{{- end }}
{{- if and $v.api.keysSecret.name (not $v.api.enabled) }}
{{- fail "api.keysSecret does nothing without api.enabled: set that to true, or leave the keys out." }}
{{- end }}
{{- if and (eq $v.certificates.from "secret") (not $v.certificates.secret) }}
{{- fail "certificates.from: secret needs certificates.secret, the name of a Secret with tls.crt, tls.key and ca.crt." }}
{{- end }}
{{- if and (eq $v.certificates.from "secret") $v.webhook.enabled (not $v.certificates.caBundle) }}
{{- fail "certificates.from: secret needs certificates.caBundle: the API server must know the CA of the webhook." }}
{{- end }}
{{- if and $v.orgData.inline $v.orgData.configMap.name }}
{{- fail "Only one of orgData.inline and orgData.configMap can be set." }}
{{- end }}
{{- if and $v.orgData.configMap.name (not $v.orgData.configMap.keys) }}
{{- fail "orgData.configMap.keys must name the keys that hold org data, in the order in which they lie over each other." }}
{{- end }}
{{- if and $v.opa.enabled $v.api.enabled (not $v.opa.tokenSecret.name) }}
{{- fail "With api.enabled the OPA sidecar needs a key of its own, with the scope read: set opa.tokenSecret.name." }}
{{- end }}
{{- if and $v.monitoring.serviceMonitor.enabled (not $v.api.enabled) }}
{{- fail "monitoring.serviceMonitor needs api.enabled: /metrics is on that port." }}
{{- end }}
{{- if and $v.monitoring.serviceMonitor.enabled (hasKey $v.settings "open_health") (not $v.settings.open_health) (not $v.monitoring.serviceMonitor.keySecret.name) }}
{{- fail "With settings.open_health: false, Prometheus needs a key with the scope read: set monitoring.serviceMonitor.keySecret.name." }}
{{- end }}
{{- end }}
