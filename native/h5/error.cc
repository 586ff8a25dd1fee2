// SPDX-License-Identifier: BSD-3-Clause

#include "h5/error.h"

#include <cstdio>
#include <vector>

#include "kernels/utf8.h"

namespace anndata::h5 {
namespace {

constexpr size_t kMaxEntries = 32;
constexpr size_t kMaxQuoted = 200;

struct Entry {
  hid_t major;
  hid_t minor;
  std::string text;
};

// The errors are copied out first: asking the library for texts would clear the stack.
herr_t Collect(unsigned, const H5E_error2_t* error, void* data) {
  auto& entries = *static_cast<std::vector<Entry>*>(data);
  if (entries.size() >= kMaxEntries) return 1;
  try {
    entries.push_back({error->maj_num, error->min_num, error->desc != nullptr ? error->desc : ""});
  } catch (...) {
    return -1;
  }
  return 0;
}

const char* CodeOf(const Entry& e) {
  if (e.major == H5E_PLINE && (e.minor == H5E_NOFILTER || e.minor == H5E_NOTFOUND))
    return "ERR_UNSUPPORTED_FILTER";
  if (e.minor == H5E_NOTHDF5) return "ERR_NOT_HDF5";
  const bool moving = e.minor == H5E_READERROR || e.minor == H5E_WRITEERROR ||
                      e.minor == H5E_SEEKERROR || e.minor == H5E_CANTLOCKFILE ||
                      e.minor == H5E_CANTOPENFILE;
  if (moving && e.text.find("errno = ") != std::string::npos) return "ERR_IO";
  if (e.minor == H5E_CANTLOCKFILE) return "ERR_IO";
  return nullptr;
}

// What the system said, when that is at the bottom: the library wraps it in addresses and sizes.
std::string SystemText(const std::string& text) {
  static constexpr char kMark[] = "error message = '";
  const size_t from = text.find(kMark);
  if (from == std::string::npos) return {};
  const size_t begin = from + sizeof kMark - 1;
  return text.substr(begin, text.find('\'', begin) - begin);
}

std::string TextOf(hid_t message) {
  char buffer[128];
  const ssize_t n = H5Eget_msg(message, nullptr, buffer, sizeof buffer);
  return n > 0 ? std::string(buffer) : std::string("unknown error");
}

}  // namespace

bool DeepestIs(hid_t major, hid_t minor) {
  std::vector<Entry> entries;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, Collect, &entries);
  return !entries.empty() && entries.front().major == major && entries.front().minor == minor;
}

void ThrowStack(const std::string& doing, const std::string& key) {
  std::vector<Entry> entries;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, Collect, &entries);
  H5Eclear2(H5E_DEFAULT);
  const char* code = "ERR_HDF5";
  for (const Entry& entry : entries) {
    if (const char* found = CodeOf(entry)) {
      code = found;
      break;
    }
  }
  std::string message = doing + " failed";
  if (!entries.empty()) {
    const Entry& deepest = entries.front();
    const std::string system = SystemText(deepest.text);
    message += system.empty() ? ": libhdf5 says " + Quote(deepest.text) : ": " + system;
    message += " (" + TextOf(deepest.major) + ": " + TextOf(deepest.minor) + ")";
    H5Eclear2(H5E_DEFAULT);
  }
  throw Failure(code, message, key);
}

std::string Quote(const std::string& text) {
  std::string out = "\"";
  size_t end = text.size() > kMaxQuoted ? kMaxQuoted : text.size();
  for (size_t i = 0; i < end;) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    const size_t length = Utf8Length(text.data() + i, text.size() - i);
    if (length > 1 || (c >= 0x20 && c < 0x7f && c != '"' && c != '\\')) {
      out.append(text, i, length);
      i += length;
      continue;
    }
    char escaped[8];
    if (c == '"' || c == '\\') {
      std::snprintf(escaped, sizeof escaped, "\\%c", c);
    } else {
      std::snprintf(escaped, sizeof escaped, "\\x%02x", c);
    }
    out += escaped;
    i++;
  }
  return out + (end < text.size() ? "…\"" : "\"");
}

}  // namespace anndata::h5
