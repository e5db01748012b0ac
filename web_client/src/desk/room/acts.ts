/** Wishes of the desk: granted ones show in the fold, refused ones are said aloud. */
import { inject } from 'vue'
import type { Command } from '@/core/protocol'
import { toast } from '@/kit/toast'
import { roomKey, type LiveRoom } from '@/room/live'
import { problem } from '../staff'

export type Act = (command: Command) => Promise<boolean>

export function useRoom(): LiveRoom {
  const room = inject(roomKey)
  if (!room) throw new Error('not inside a room')
  return room
}

export function actIn(room: LiveRoom): Act {
  return async (command) => {
    try {
      await room.wish(command)
      return true
    } catch (error) {
      toast(problem(error), 'bad')
      return false
    }
  }
}

export const useAct = (): Act => actIn(useRoom())
