export { C as Config, a as ConfigError, b as ConfigErrorCode, c as ConfigFile, E as Explanation, F as Flag, H as HOST_EVERYWHERE, d as HOST_LOCAL, K as Key, L as Listen, O as Option, e as OptionType, f as Origin, P as PORT_DEFAULT, g as Problem, R as Resolved, S as Scope, h as Settings, i as Sources, T as Tree, j as appNameOf, k as describeProblems, l as expected, m as isKey, n as keys, o as optionOf, r as requireConfig, p as resolveConfig } from './config-BQHAdp5W.js';
declare function nearest(typed: string, names: Iterable<string>): string | null;
export { nearest };
