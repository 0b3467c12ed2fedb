/** What `attacher.ts` is asked to attach: a program of two instructions, `mov r0, returns; exit`, and where. */
export interface AttachOrder {
  readonly name: string
  /** `enum bpf_prog_type`. */
  readonly type: number
  /** `enum bpf_attach_type`, of the program and of the link. */
  readonly attachType: number
  readonly returns: number
  readonly at: AttachPlace
}

export type AttachPlace =
  /** An interface, by its index. */
  | { readonly index: number; readonly flags?: number }
  /** A control group or a namespace. */
  | { readonly path: string }
  | { readonly netfilter: { readonly family: number; readonly hook: number; readonly priority: number } }
  /** Nowhere yet: a file of the BPF file system, for ip(8) and tc(8). */
  | { readonly pin: string }

export interface Attached {
  /** The program's number, by `/proc/self/fdinfo`. */
  readonly id: number
}
