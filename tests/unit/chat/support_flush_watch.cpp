// The layer: each file keeps the real one behind itself and passes nearly everything on.
#include "support_flush_watch.hpp"

#include <sqlite3.h>

#include <cstring>

namespace parley::chat::test {
namespace {

flush_watch* watching = nullptr;
sqlite3_vfs* real_vfs = nullptr;

struct watched_file {
  sqlite3_file base;
  bool is_log;
  // The real file follows in memory.
};

watched_file* own(sqlite3_file* file) { return reinterpret_cast<watched_file*>(file); }
sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<sqlite3_file*>(own(file) + 1); }

int do_close(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }
int do_read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
  return real(file)->pMethods->xRead(real(file), to, size, at);
}
int do_write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  if (own(file)->is_log && watching->disk_full) return SQLITE_FULL;
  return real(file)->pMethods->xWrite(real(file), from, size, at);
}
int do_truncate(sqlite3_file* file, sqlite3_int64 size) { return real(file)->pMethods->xTruncate(real(file), size); }
int do_sync(sqlite3_file* file, int flags) {
  if (own(file)->is_log) {
    ++watching->log_flushes;
    if (watching->flushes_fail) return SQLITE_IOERR_FSYNC;
  }
  return real(file)->pMethods->xSync(real(file), flags);
}
int do_file_size(sqlite3_file* file, sqlite3_int64* size) { return real(file)->pMethods->xFileSize(real(file), size); }
int do_lock(sqlite3_file* file, int level) { return real(file)->pMethods->xLock(real(file), level); }
int do_unlock(sqlite3_file* file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
int do_check_lock(sqlite3_file* file, int* out) { return real(file)->pMethods->xCheckReservedLock(real(file), out); }
int do_control(sqlite3_file* file, int code, void* argument) {
  return real(file)->pMethods->xFileControl(real(file), code, argument);
}
int do_sector(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
int do_traits(sqlite3_file* file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }
int do_shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}
int do_shm_lock(sqlite3_file* file, int at, int count, int flags) {
  return real(file)->pMethods->xShmLock(real(file), at, count, flags);
}
void do_shm_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
int do_shm_unmap(sqlite3_file* file, int remove) { return real(file)->pMethods->xShmUnmap(real(file), remove); }

const sqlite3_io_methods methods{.iVersion = 2,
                                 .xClose = do_close,
                                 .xRead = do_read,
                                 .xWrite = do_write,
                                 .xTruncate = do_truncate,
                                 .xSync = do_sync,
                                 .xFileSize = do_file_size,
                                 .xLock = do_lock,
                                 .xUnlock = do_unlock,
                                 .xCheckReservedLock = do_check_lock,
                                 .xFileControl = do_control,
                                 .xSectorSize = do_sector,
                                 .xDeviceCharacteristics = do_traits,
                                 .xShmMap = do_shm_map,
                                 .xShmLock = do_shm_lock,
                                 .xShmBarrier = do_shm_barrier,
                                 .xShmUnmap = do_shm_unmap,
                                 .xFetch = nullptr,
                                 .xUnfetch = nullptr};

int do_open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  own(file)->is_log = (flags & SQLITE_OPEN_WAL) != 0;
  file->pMethods = nullptr;
  const int code = real_vfs->xOpen(real_vfs, name, real(file), flags, out_flags);
  if (code == SQLITE_OK) file->pMethods = &methods;
  return code;
}

}  // namespace

flush_watch::flush_watch() : below_(sqlite3_vfs_find(nullptr)), own_(new sqlite3_vfs(*below_)) {
  watching = this;
  real_vfs = below_;
  own_->zName = "parley-flush-watch";
  own_->pNext = nullptr;
  own_->szOsFile = static_cast<int>(sizeof(watched_file)) + below_->szOsFile;
  own_->xOpen = do_open;
  sqlite3_vfs_register(own_, 1);
}

flush_watch::~flush_watch() {
  sqlite3_vfs_register(below_, 1);
  sqlite3_vfs_unregister(own_);
  delete own_;
  watching = nullptr;
}

}  // namespace parley::chat::test
