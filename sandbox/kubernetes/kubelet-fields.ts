// The fields of the kubelet's configuration that Karpenter v1.15 decodes, with their types.

/** Types of JSON values; `texts` is an object whose values are all strings. */
export type FieldType = "boolean" | "duration" | "integer" | "list" | "number" | "object" | "string" | "texts";

/** Names by type, from KubeletConfiguration in k8s.io/kubelet v0.37.0, config/v1beta1/types.go. */
const NAMES_BY_TYPE: Readonly<Record<FieldType, string>> = {
  boolean: `
    cgroupsPerQOS cpuCFSQuota enableContentionProfiling enableControllerAttachDetach enableDebugFlagsHandler
    enableDebuggingHandlers enableProfilingHandler enableServer enableSystemLogHandler enableSystemLogQuery
    failCgroupV1 failSwapOn kernelMemcgNotification localStorageCapacityIsolation makeIPTablesUtilChains
    mergeDefaultEvictionSettings protectKernelDefaults registerNode rotateCertificates runOnce seccompDefault
    serializeImagePulls serverTLSBootstrap singleProcessOOMKill`,
  duration: `
    containerLogMonitorInterval cpuCFSQuotaPeriod cpuManagerReconcilePeriod evictionPressureTransitionPeriod
    fileCheckFrequency httpCheckFrequency imageMaximumGCAge imageMinimumGCAge nodeStatusReportFrequency
    nodeStatusUpdateFrequency runtimeRequestTimeout shutdownGracePeriod shutdownGracePeriodCriticalPods
    streamingConnectionIdleTimeout syncFrequency volumeStatsAggPeriod`,
  integer: `
    containerLogMaxFiles containerLogMaxWorkers eventBurst eventRecordQPS evictionMaxPodGracePeriod healthzPort
    imageGCHighThresholdPercent imageGCLowThresholdPercent iptablesDropBit iptablesMasqueradeBit kubeAPIBurst
    kubeAPIQPS maxOpenFiles maxParallelImagePulls maxPods nodeLeaseDurationSeconds nodeStatusMaxImages oomScoreAdj
    podPidsLimit podsPerCore port readOnlyPort registryBurst registryPullQPS`,
  list: `
    allowedUnsafeSysctls clusterDNS enforceNodeAllocatable preloadedImagesVerificationAllowlist registerWithTaints
    reservedMemory shutdownGracePeriodByPodPriority tlsCipherSuites tlsCurvePreferences`,
  number: `
    memoryThrottlingFactor`,
  object: `
    authentication authorization crashLoopBackOff featureGates logging memorySwap staticPodURLHeader tracing
    userNamespaces`,
  string: `
    address cgroupDriver cgroupRoot clusterDomain configMapAndSecretChangeDetectionStrategy containerLogMaxSize
    containerRuntimeEndpoint contentType cpuManagerPolicy hairpinMode healthzBindAddress
    imagePullCredentialsVerificationPolicy imageServiceEndpoint kubeReservedCgroup kubeletCgroups memoryManagerPolicy
    memoryReservationPolicy podCIDR podLogsDir providerID reservedSystemCPUs resolvConf showHiddenMetricsForVersion
    staticPodPath staticPodURL systemCgroups systemReservedCgroup tlsCertFile tlsMinVersion tlsPrivateKeyFile
    topologyManagerPolicy topologyManagerScope volumePluginDir`,
  texts: `
    cpuManagerPolicyOptions defaultPodSysctls evictionHard evictionMinimumReclaim evictionSoft evictionSoftGracePeriod
    kubeReserved qosReserved systemReserved topologyManagerPolicyOptions`,
};

const TYPES: readonly FieldType[] = ["boolean", "duration", "integer", "list", "number", "object", "string", "texts"];

/** Type of each field. */
export const kubeletFields: Readonly<Record<string, FieldType>> = Object.fromEntries(
  TYPES.flatMap((type) =>
    NAMES_BY_TYPE[type]
      .trim()
      .split(/\s+/)
      .map((name): [string, FieldType] => [name, type]),
  ),
);
