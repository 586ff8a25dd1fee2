# The build of `npm install` from source, where node-gyp-build finds no prebuilt binary. Sources and libraries come
# from the same two places as in CMakeLists.txt.
{
  "targets": [
    {
      "target_name": "anndata",
      "sources": ["<!@(node scripts/list-sources.mjs)"],
      "include_dirs": ["native", "<!@(node scripts/find-libs.mjs --gyp includes)"],
      "libraries": ["<!@(node scripts/find-libs.mjs --gyp libraries)"],
      "defines": ["H5_USE_110_API", "<!@(node scripts/find-libs.mjs --gyp defines)"],
      "dependencies": ["<!(node -p \"require('node-addon-api').targets\"):node_addon_api_except"],
      "cflags_cc": ["-std=c++17", "-fvisibility=hidden", "-fvisibility-inlines-hidden", "-Wall", "-Wextra"],
      "cflags_cc!": ["-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
      "conditions": [
        ["OS=='linux'", {
          "ldflags": [
            "-Wl,--exclude-libs,ALL",
            "-Wl,-Bsymbolic",
            "-Wl,-z,nodelete",
            "-Wl,--version-script=<(module_root_dir)/native/exports.map",
            "<!@(node scripts/find-libs.mjs --gyp rpaths)"
          ]
        }],
        ["OS=='mac'", {
          "xcode_settings": {
            "CLANG_CXX_LANGUAGE_STANDARD": "c++17",
            "GCC_ENABLE_CPP_RTTI": "YES",
            "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
            "MACOSX_DEPLOYMENT_TARGET": "11.0",
            "OTHER_LDFLAGS": ["<!@(node scripts/find-libs.mjs --gyp rpaths)"]
          }
        }],
        ["OS=='win'", {
          "msvs_settings": {
            "VCCLCompilerTool": { "ExceptionHandling": 1, "AdditionalOptions": ["/std:c++17"] }
          },
          "defines": ["NOMINMAX"]
        }]
      ]
    }
  ]
}
