{{/* A value as the environment takes it: whole numbers without an exponent, which Helm gives large ones. */}}
{{- define "vpce-guard.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) }}{{ int64 . }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{/* The settings of the service: the chart's own, and `settings`, which may name none of those. */}}
{{- define "vpce-guard.environment" -}}
{{- $own := dict "admission_host" "0.0.0.0" "admission_port" "8443" "admission_tls_cert_file" "/etc/vpce-guard/tls/tls.crt" "admission_tls_key_file" "/etc/vpce-guard/tls/tls.key" "port" "8080" }}
{{- if .Values.webhook.clientCa.configMap }}
{{- $_ := set $own "admission_tls_client_ca_file" (printf "/etc/vpce-guard/client-ca/%s" .Values.webhook.clientCa.key) }}
{{- end }}
{{- if .Values.api.enabled }}
{{- $own = merge $own (dict "host" "0.0.0.0" "tls_cert_file" "/etc/vpce-guard/tls/tls.crt" "tls_key_file" "/etc/vpce-guard/tls/tls.key") }}
{{- if .Values.api.keysSecret.name }}
{{- $_ := set $own "api_keys_file" (printf "/etc/vpce-guard/keys/%s" .Values.api.keysSecret.key) }}
{{- end }}
{{- else }}
{{- $_ := set $own "host" "127.0.0.1" }}
{{- end }}
{{- if .Values.opa.enabled }}
{{- $own = merge $own (dict "engine" "opa" "opa_url" "http://127.0.0.1:8181" "engine_fallback" .Values.opa.fallback) }}
{{- end }}
{{- $files := list }}
{{- range (ternary (list "org.yaml") .Values.orgData.configMap.keys (not (empty .Values.orgData.inline))) }}
{{- $files = append $files (printf "/etc/vpce-guard/org/%s" .) }}
{{- end }}
{{- if $files }}
{{- $_ := set $own "org_data" (join ":" $files) }}
{{- end }}
{{- range $name, $_ := .Values.settings }}
{{- if or (hasKey $own $name) (eq $name "database_url") }}
{{- fail (printf "settings.%s is the chart's own to set; values.yaml says which value stands for it." $name) }}
{{- end }}
{{- end }}
{{- range $name, $value := merge $own .Values.settings }}
- name: VPCE_GUARD_{{ upper $name }}
  value: {{ include "vpce-guard.text" $value | quote }}
{{- end }}
{{- with .Values.database.urlSecret }}
{{- if .name }}
- name: VPCE_GUARD_DATABASE_URL
  valueFrom: {secretKeyRef: {name: {{ .name }}, key: {{ .key }}}}
- {name: VPCE_GUARD_REPLICAS, value: "true"}
{{- end }}
{{- end }}
{{- end }}

{{/* A probe of what the API server asks: the listener for admission, unless that wants a client certificate. */}}
{{- define "vpce-guard.probe" -}}
{{- if not .root.Values.webhook.clientCa.configMap -}}
httpGet: {path: {{ .path }}, port: admission, scheme: HTTPS}
{{- else if .root.Values.api.enabled -}}
httpGet: {path: {{ .path }}, port: api, scheme: HTTPS}
{{- else -}}
exec:
  command: [python3, -c, "import urllib.request as u; u.urlopen('http://127.0.0.1:8080{{ .path }}', timeout=2)"]
{{- end }}
{{- end }}
