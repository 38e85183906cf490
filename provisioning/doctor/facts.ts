/** What the doctor looks at: gathered once, so that the checks only think. */
import type { Status } from '../../gateway/local/answers.ts'

export interface Facts {
  readonly runtime: {
    readonly version: string
    /** the oldest that will do */
    readonly neededMajor: number
    /** the library that Node needs on these machines */
    readonly libatomic: boolean
  }
  readonly user: string
  readonly folder: FolderFacts
  /** absent: none was named, and none ran here */
  readonly site?: SiteFacts | undefined
  readonly serial: readonly SerialFacts[]
  /** of lines over the network, tried only where no gateway holds them */
  readonly hosts: readonly { readonly line: string; readonly url: string; readonly code?: string | undefined }[]
  readonly broker?: BrokerFacts | undefined
  readonly clock: {
    /** earlier than this release was made: nobody has set it */
    readonly isBeforeRelease: boolean
    /** a time server keeps it, as far as this machine says */
    readonly synchronised: boolean
    readonly time: string
  }
  /** folders in which one runs */
  readonly running: readonly string[]
  /** a folder whose gateway we may not ask */
  readonly notAllowed?: string | undefined
  /** absent: no systemd here, or no unit of ours */
  readonly unit?: UnitFacts | undefined
  /** of the gateway in the folder; absent: none runs there */
  readonly status?: Status | undefined
  /** absent: the site has none, or nobody says */
  readonly console?: ConsoleFacts | undefined
}

export interface FolderFacts {
  readonly path: string
  /** absent: there is none yet */
  readonly found?:
    | {
        readonly isOurs: boolean
        readonly isWritable: boolean
        /** permission bits */
        readonly mode: number
        readonly isReadOnly: boolean
        /** of the file system: `ext4`, `tmpfs`, `overlay` … */
        readonly kind: string
        readonly freeBytes: number
        /** share of all; undefined: this file system does not count them */
        readonly freeInodes: number | undefined
        /** files set aside, since they were damaged */
        readonly setAside: readonly string[]
      }
    | undefined
}

export interface SiteFacts {
  readonly file: string
  /** the system's word for why it cannot be read */
  readonly missing?: string | undefined
  readonly mistakes: number
  readonly isCutShort: boolean
  /** where the one that ran is kept */
  readonly kept: string
  /** mistakes in profiles of one's own */
  readonly profileMistakes: number
}

export interface SerialFacts {
  readonly line: string
  /** the site's */
  readonly path: string
  /** where the gateway has found the adapter again, if not there */
  readonly elsewhere?: string | undefined
  /** of the one that is open, or would be; absent: there is no such device */
  readonly found?:
    | {
        readonly isAllowed: boolean
        /** that owns it */
        readonly group: string
        /** whether it can have another path when it is replugged, and another adapter this one */
        readonly isPassing: boolean
        /** the best name that stays when it is replugged; undefined: the system has none */
        readonly stableName: string | undefined
        /** named by id, and another that is plugged in has the same id */
        readonly hasTwin: boolean
        /** `ttyUSB0` */
        readonly tty: string
        /** for so long an adapter keeps what it has heard */
        readonly latencyMs: number | undefined
        /** others that have it open, as far as we may see */
        readonly heldBy: readonly { readonly pid: number; readonly program: string }[]
      }
    | undefined
}

export interface BrokerFacts {
  readonly url: string
  readonly hasLogin: boolean
  /** files that cannot be read, and why */
  readonly unreadable: readonly { readonly file: string; readonly detail: string }[]
  /** whether we have tried to reach it: only where no gateway runs */
  readonly isTried: boolean
  /** by a code of the broker's troubles */
  readonly trouble?: { readonly code: string; readonly where: string; readonly detail: string } | undefined
}

export interface UnitFacts {
  readonly name: string
  /** `enabled`, `disabled` … */
  readonly enabled: string
  /** `active`, `inactive`, `failed` … */
  readonly active: string
  readonly watchdog: boolean
}

export interface ConsoleFacts {
  readonly url: string
  readonly isListening: boolean
  readonly accounts: number
  /** only this machine reaches it */
  readonly isLoopback: boolean
  readonly hasTls: boolean
}
