export { type HealthNet, type HealthOptions, health } from './plugin.ts'
export { processMetrics, prometheusText } from './text.ts'
