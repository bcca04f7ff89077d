/**
 * The follow graph: who follows and blocks whom, how many hops away, and what that decides.
 *
 * @packageDocumentation
 */
export { contactEdge } from './contact.ts'
export { type Edge, type EdgeChange, Graph, type Layer } from './graph.ts'
export { HopTree, hopsFrom } from './hops.ts'
