{{- define "vpce-guard.name" -}}
{{- if contains "vpce-guard" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-vpce-guard" (.Release.Name | trunc 39 | trimSuffix "-") }}{{ end }}
{{- end }}

{{- define "vpce-guard.selector" -}}
app.kubernetes.io/name: vpce-guard
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: service
{{- end }}

{{- define "vpce-guard.labels" -}}
app.kubernetes.io/name: vpce-guard
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "vpce-guard.image" -}}
{{- with .Values.image }}{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}{{ end }}
{{- end }}

{{- define "vpce-guard.tlsSecret" -}}
{{- if eq .Values.certificates.from "secret" }}{{ .Values.certificates.secret }}{{ else }}{{ include "vpce-guard.name" . }}-tls{{ end }}
{{- end }}

{{- define "vpce-guard.host" -}}
{{ include "vpce-guard.name" . }}.{{ .Release.Namespace }}.svc
{{- end }}

{{- define "vpce-guard.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "vpce-guard.security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: {drop: [ALL]}
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{/* Before the pods, which need the Secret, and after the webhook is there, which needs the CA. */}}
{{- define "vpce-guard.certificateHook" }}
  labels: {{- include "vpce-guard.labels" . | nindent 4 }}
  annotations:
    helm.sh/hook: pre-install,pre-upgrade,post-install,post-upgrade
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}
