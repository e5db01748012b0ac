import type { InjectionKey, Ref } from 'vue'

/** Who holds the hearing; shown on top of every page once it is known. */
export const organisationKey: InjectionKey<Readonly<Ref<string>>> = Symbol('organisation')
