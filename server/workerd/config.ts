/** The configuration that workerd reads: the same bundle, classes and binding names as `wrangler.toml`, with local services behind them. */
import { join, relative } from 'node:path'
import type { BuiltParts, Compatibility } from '../built-parts.ts'

/** All that differs from one control plane to the next. */
export interface WorkerdConfig extends Compatibility {
  /** Real path of the folder that the configuration is written to. */
  folder: string
  port: number
  parts: BuiltParts
  /** Text bindings of the Worker by name. */
  variables: Record<string, string>
  sqlSocket: string
  scheduleSocket: string
  /** Folder in which Durable Objects keep their storage. */
  objects: string
}

/** Heap of the isolates together, in MB: a leak ends workerd, which is started anew, before it ends the laptop. */
const HEAP_MB = 1024

/** Cap'n Proto text. `embed` takes paths relative to the configuration's folder. */
export function workerdConfig({
  folder,
  port,
  compatibilityDate,
  compatibilityFlags,
  parts,
  variables,
  sqlSocket,
  scheduleSocket,
  objects,
}: WorkerdConfig): string {
  const embed = (path: string) => `embed ${quote(relative(folder, path))}`
  const texts = Object.entries(variables).map(([name, text]) => `(name = ${quote(name)}, text = ${quote(text)})`)
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  v8Flags = ["--max-old-space-size=${HEAP_MB}"],
  services = [
    (name = "main", worker = .main),
    (name = "assets", worker = .assets),
    (name = "schedule", worker = .schedule),
    (name = "sql", external = (address = ${quote(`unix:${sqlSocket}`)}, http = ())),
    (name = "objects", disk = (path = ${quote(objects)}, writable = true, allowDotfiles = true)),
    (name = "files", disk = (path = ${quote(parts.workspace)})),
  ],
  sockets = [
    (name = "http", address = "127.0.0.1:${port}", http = (), service = "main"),
    (name = "schedule", address = ${quote(`unix:${scheduleSocket}`)}, http = (), service = "schedule"),
  ],
);

const main :Workerd.Worker = (
  modules = [(name = "index.js", esModule = ${embed(join(parts.worker, 'index.js'))})],
  compatibilityDate = ${quote(compatibilityDate)},
  compatibilityFlags = [${compatibilityFlags.map(quote).join(', ')}],
  bindings = [
    (name = "WORK_POOL", durableObjectNamespace = "WorkPool"),
    (name = "FEED", durableObjectNamespace = "Feed"),
    (name = "SQL", service = "sql"),
    (name = "ASSETS", service = "assets"),
    ${texts.join(',\n    ')},
  ],
  durableObjectNamespaces = [
    (className = "WorkPool", uniqueKey = "weir-work-pool", enableSql = true),
    (className = "Feed", uniqueKey = "weir-feed", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "objects"),
);

const assets :Workerd.Worker = (
  modules = [(name = "assets.js", esModule = ${embed(parts.assetsWorker)})],
  compatibilityDate = ${quote(compatibilityDate)},
  bindings = [(name = "FILES", service = "files"), (name = "MANIFEST", json = ${embed(parts.assetManifest)})],
);

const schedule :Workerd.Worker = (
  modules = [(name = "schedule.js", esModule = ${embed(parts.scheduleWorker)})],
  compatibilityDate = ${quote(compatibilityDate)},
  bindings = [(name = "MAIN", service = "main")],
);
`
}

/** A Cap'n Proto text literal: JSON's escapes, as long as control characters are kept out. */
function quote(text: string): string {
  if (/[\u0000-\u001f\u007f]/.test(text)) throw new Error('A path or a setting of the control plane contains a control character.')
  return JSON.stringify(text)
}
