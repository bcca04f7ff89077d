export { A as Announced, C as Config, a as ConfigError, b as ConfigErrorCode, c as ConfigFile, D as Dial, d as DialTransport, E as Explanation, F as Flag, H as HOST_LOCAL, K as Key, L as Listen, O as Option, e as OptionType, f as Origin, P as Problem, R as Resolved, S as Scope, g as Settings, h as Sources, T as Tree, i as appNameOf, j as describeProblems, k as expected, l as isKey, m as keys, o as optionOf, r as requireConfig, n as resolveConfig } from './config-DiN0NE4C.js';
declare const HOST_EVERYWHERE = "::";
declare const HOST_DEFAULT: string;
declare const PORT_DEFAULT = 8008;
declare const WS_PORT_DEFAULT = 8989;
declare function nearest(typed: string, names: Iterable<string>): string | null;
export { HOST_DEFAULT, HOST_EVERYWHERE, PORT_DEFAULT, WS_PORT_DEFAULT, nearest };
