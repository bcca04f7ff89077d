import { IncomingMessage, ServerResponse } from 'node:http';
import { Plugin, Nothing, Metric } from '@scuttlebot/ssb-plugin';
interface HealthNet {
    readonly http: {
        use(handler: (request: IncomingMessage, response: ServerResponse, caller: {
            readonly isLocal: boolean;
        }) => boolean): () => void;
    };
}
interface HealthOptions {
    readonly remote?: boolean;
}
declare function health(options?: HealthOptions): Plugin<'health', Nothing, {
    net: HealthNet;
}>;
declare function processMetrics(): readonly Metric[];
declare function prometheusText(metrics: readonly Metric[]): string;
export { type HealthNet, type HealthOptions, health, processMetrics, prometheusText };
