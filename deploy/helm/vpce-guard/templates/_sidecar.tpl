{{/* OPA beside the service. It polls that for the bundle, and answers it alone; health has a port of its own.
     Whether it has the bundle is part of the service's readiness, and no matter where there is a fallback. */}}
{{- define "vpce-guard.sidecar" -}}
- name: opa
  image: {{ .Values.opa.image }}
  args:
    - run
    - --server
    - --addr=127.0.0.1:8181
    - --diagnostic-addr=0.0.0.0:8282
    - --log-level=error
    - --config-file=/etc/opa/opa.yaml
  ports:
    - {name: opa-health, containerPort: 8282}
  livenessProbe:
    httpGet: {path: /health, port: opa-health}
    periodSeconds: 10
    failureThreshold: 6
  resources: {{- toYaml .Values.opa.resources | nindent 4 }}
  securityContext: {{- include "vpce-guard.security" . | nindent 4 }}
  volumeMounts:
    - {name: opa, mountPath: /etc/opa, readOnly: true}
    {{- if .Values.api.enabled }}
    - {name: ca, mountPath: /etc/vpce-guard/ca, readOnly: true}
    - {name: opa-token, mountPath: /etc/vpce-guard/opa-token, readOnly: true}
    {{- end }}
{{- end }}

{{- define "vpce-guard.opaConfig" -}}
services:
  guard:
    {{- if .Values.api.enabled }}
    url: https://localhost:8080
    tls: {ca_cert: /etc/vpce-guard/ca/ca.crt}
    credentials: {bearer: {token_path: /etc/vpce-guard/opa-token/{{ .Values.opa.tokenSecret.key }}}}
    {{- else }}
    url: http://127.0.0.1:8080
    {{- end }}
bundles:
  vpce:
    service: guard
    resource: /bundles/vpce.tar.gz
    polling: {long_polling_timeout_seconds: 30}
status: {service: guard}
{{- end }}
