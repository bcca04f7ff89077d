import { Async } from '@scuttlebot/ssb-muxrpc';
import { Plugin } from '@scuttlebot/ssb-plugin';
type Day = {
    day: string;
    messages: number;
    posts: number;
    people: number;
};
interface ActivityMessage {
    readonly author: string;
    readonly timestamp: number;
    readonly value: {
        readonly content: unknown;
    };
}
interface ActivityStore {
    log(range: {
        readonly reverse: true;
    }): AsyncIterable<readonly ActivityMessage[]>;
}
type ActivityApi = {
    days(count?: number): Promise<readonly Day[]>;
};
type ActivityRpc = {
    activity: {
        days: Async<[
            count?: number
        ], readonly Day[]>;
    };
};
type ActivityPlugin = Plugin<'activity', ActivityApi, {
    store: ActivityStore;
}, ActivityRpc>;
declare const activity: () => ActivityPlugin;
export { type ActivityApi, type ActivityMessage, type ActivityPlugin, type ActivityRpc, type ActivityStore, type Day, activity };
