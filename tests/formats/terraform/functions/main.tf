# Expressions of every function and form the reader works out, as outputs. Terraform planned and applied them: what it
# knew while planning is in plan.json, what came of them in applied.json (make terraform-functions).

resource "terraform_data" "text" { input = "b" }
resource "terraform_data" "number" { input = 1 }
resource "terraform_data" "flag" { input = true }
resource "terraform_data" "list" { input = "a,b" }
resource "terraform_data" "counted" { count = 3 }
resource "terraform_data" "keyed" { for_each = toset(["b", "a"]) }

locals {
  text      = tostring(terraform_data.text.output)
  number    = tonumber(terraform_data.number.output)
  flag      = tobool(terraform_data.flag.output)
  text_list = split(",", terraform_data.list.output)
  ids       = [for one in terraform_data.counted : one.id]
  map       = { a = "x", b = "y" }
  settings  = { list = ["p", "q"] }
  partly    = { list = ["p", local.text] }
}

# concat
output "concat_01" { value = concat(["a"], ["b", "c"]) }
output "concat_02" { value = concat(["a"], local.text_list) }
output "concat_03" { value = concat(["a"], [local.text]) }
output "concat_04" { value = concat(local.ids, ["x"]) }
output "concat_05" { value = concat([], []) }

# flatten
output "flatten_01" { value = flatten([["a", ["b"]], [], ["c"]]) }
output "flatten_02" { value = flatten([local.ids, [["x"]]]) }
output "flatten_03" { value = flatten([["a"], [local.text]]) }
output "flatten_04" { value = flatten([["a"], local.text_list]) }
output "flatten_05" { value = flatten([{ a = ["b"] }, "c"]) }

# distinct
output "distinct_01" { value = distinct(["a", "b", "a"]) }
output "distinct_02" { value = distinct(concat(local.ids, local.ids)) }
output "distinct_03" { value = distinct(["a", local.text, "a"]) }

# compact
output "compact_01" { value = compact(["a", "", null, "b"]) }
output "compact_02" { value = compact([local.text, "", "a"]) }

# coalesce
output "coalesce_01" { value = coalesce(null, "", "a", "b") }
output "coalesce_02" { value = coalesce(local.ids[0], "a") }
output "coalesce_03" { value = coalesce(local.text, "a") }
output "coalesce_04" { value = coalesce("", local.text) }
output "coalesce_05" { value = can(coalesce(null, "")) }
output "coalesce_06" { value = coalesce(null, 5) }

# coalescelist
output "coalescelist_01" { value = coalescelist([], ["a"], ["b"]) }
output "coalescelist_02" { value = coalescelist([], local.ids) }
output "coalescelist_03" { value = coalescelist(local.text_list, ["a"]) }
output "coalescelist_04" { value = can(coalescelist([], [])) }

# contains
output "contains_01" { value = contains(["a", "b"], "b") }
output "contains_02" { value = contains(["a", "b"], "c") }
output "contains_03" { value = contains(["a", local.text], "a") }
output "contains_04" { value = contains(["a", local.text], "z") }
output "contains_05" { value = contains(local.ids, local.ids[1]) }
output "contains_06" { value = contains(["1"], 1) }

# length
output "length_01" { value = length(["a", local.text]) }
output "length_02" { value = length(local.text_list) }
output "length_03" { value = length({ a = 1, b = local.text }) }
output "length_04" { value = length("abc") }
output "length_05" { value = length(local.ids) }
output "length_06" { value = length(toset(["a", "b", "a"])) }
output "length_07" { value = length([]) }

# element
output "element_01" { value = element(["a", "b", "c"], 1) }
output "element_02" { value = element(["a", "b", "c"], 4) }
output "element_03" { value = element(["a", local.text], 0) }
output "element_04" { value = element(["a", local.text], 1) }
output "element_05" { value = element(local.ids, 5) }
output "element_06" { value = element(["a", "b"], local.number) }
output "element_07" { value = element(tolist(toset(["b", "a"])), 0) }
output "element_08" { value = can(element([], 0)) }
output "element_09" { value = element(["a", "b"], "1") }

# slice
output "slice_01" { value = slice(["a", "b", "c"], 1, 3) }
output "slice_02" { value = slice(["a", local.text, "c"], 0, 2) }
output "slice_03" { value = slice(local.ids, 0, 2) }
output "slice_04" { value = slice(["a"], 1, 1) }
output "slice_05" { value = can(slice(["a"], 0, 2)) }
output "slice_06" { value = slice(["a", "b", "c"], local.number, 3) }

# one
output "one_01" { value = one(["a"]) }
output "one_02" { value = one([]) }
output "one_03" { value = one([local.text]) }
output "one_04" { value = can(one(["a", "b"])) }
output "one_05" { value = can(one(local.ids[*])) }
output "one_06" { value = one([for id in local.ids : id if id == local.ids[2]]) }
output "one_07" { value = one(null[*]) }

# index and find
output "index_find_01" { value = index(["a", "b"], "b") }
output "index_find_02" { value = can(index(["a"], "z")) }
output "index_find_03" { value = index(["a", local.text], "a") }
output "index_find_04" { value = index(local.ids, local.ids[1]) }

# sort and reverse
output "sort_reverse_01" { value = sort(["b", "a", "c"]) }
output "sort_reverse_02" { value = sort(["10", "9", "2"]) }
output "sort_reverse_03" { value = sort([10, 9, 2]) }
output "sort_reverse_04" { value = sort(["b", "B", "a", "_", "é"]) }
output "sort_reverse_05" { value = sort(local.ids) }
output "sort_reverse_06" { value = sort([local.text, "a"]) }
output "sort_reverse_07" { value = reverse(["a", "b", "c"]) }
output "sort_reverse_08" { value = reverse([local.text, "a"]) }
output "sort_reverse_09" { value = reverse(local.ids) }

# matchkeys
output "matchkeys_01" { value = matchkeys(["i1", "i2", "i3"], ["a", "b", "a"], ["a"]) }
output "matchkeys_02" { value = matchkeys(local.ids, ["a", "b", "a"], ["a"]) }
output "matchkeys_03" { value = matchkeys(["i1", "i2"], ["a", local.text], ["a"]) }
output "matchkeys_04" { value = matchkeys(["i1", "i2"], ["a", "b"], [local.text]) }
output "matchkeys_05" { value = can(matchkeys(["i1"], ["a", "b"], ["a"])) }

# chunklist
output "chunklist_01" { value = chunklist(["a", "b", "c"], 2) }
output "chunklist_02" { value = chunklist(["a", "b"], 0) }
output "chunklist_03" { value = chunklist([], 2) }
output "chunklist_04" { value = chunklist(local.ids, 2) }

# range
output "range_01" { value = range(3) }
output "range_02" { value = range(1, 4) }
output "range_03" { value = range(4, 1) }
output "range_04" { value = range(0, 1, 0.5) }
output "range_05" { value = range(10, 0, -4) }
output "range_06" { value = range(0) }
output "range_07" { value = can(range(0, 3, -1)) }

# alltrue and anytrue
output "alltrue_anytrue_01" { value = alltrue([true, "true"]) }
output "alltrue_anytrue_02" { value = alltrue([]) }
output "alltrue_anytrue_03" { value = alltrue([true, null]) }
output "alltrue_anytrue_04" { value = alltrue([false, local.flag]) }
output "alltrue_anytrue_05" { value = alltrue([true, local.flag]) }
output "alltrue_anytrue_06" { value = anytrue([]) }
output "alltrue_anytrue_07" { value = anytrue([false, "true"]) }
output "alltrue_anytrue_08" { value = anytrue([null, false]) }
output "alltrue_anytrue_09" { value = anytrue([true, local.flag]) }
output "alltrue_anytrue_10" { value = anytrue([false, local.flag]) }

# sets
output "sets_01" { value = toset(["b", "a", "b"]) }
output "sets_02" { value = toset([3, 20, 1]) }
output "sets_03" { value = toset(["a", 1]) }
output "sets_04" { value = toset([local.text, "a"]) }
output "sets_05" { value = length(toset(local.ids)) }
output "sets_06" { value = tolist(toset(["b", "a"]))[0] }
output "sets_07" { value = [for v in toset(["b", "a"]) : upper(v)] }
output "sets_08" { value = setunion(["a"], ["b", "a"]) }
output "sets_09" { value = setunion(["b"], local.ids) }
output "sets_10" { value = setintersection(["a", "b"], ["b", "c"]) }
output "sets_11" { value = setintersection(local.ids, [local.ids[1], "x"]) }
output "sets_12" { value = setsubtract(["a", "b"], ["b"]) }
output "sets_13" { value = setsubtract(local.ids, [local.ids[0]]) }
output "sets_14" { value = setsubtract(["a", "b"], [local.text]) }
output "sets_15" { value = setproduct(["a", "b"], ["x", "y"]) }
output "sets_16" { value = setproduct(["a", "b"], [local.text]) }
output "sets_17" { value = setproduct(local.ids, ["x"]) }
output "sets_18" { value = setproduct(["a"], []) }
output "sets_19" { value = setproduct(["b", "a"], [1, 2]) }
output "sets_20" { value = [for p in setproduct(["a", "b"], ["x", "y"]) : "${p[0]}-${p[1]}"] }

output "sets_24" { value = [for k, v in toset(["b", "a"]) : "${k}${v}"] }
output "sets_21" { value = { for k, v in toset(["a"]) : k => v } }
output "sets_22" { value = [for k, v in tolist(toset(["b", "a"])) : "${k}${v}"] }
output "sets_23" { value = [for k, v in keys({ b = 1 }) : "${k}${v}"] }

# maps
output "maps_01" { value = keys({ b = 1, a = 2 }) }
output "maps_02" { value = keys({ b = local.text, a = 2 }) }
output "maps_03" { value = values({ b = 1, a = local.number }) }
output "maps_04" { value = values({ b = 1, a = 2 }) }
output "maps_05" { value = values({ for k in ["b", "a"] : k => local.ids[0] }) }
output "maps_06" { value = merge({ a = 1 }, { b = 2, a = 3 }) }
output "maps_07" { value = merge({ a = 1 }, null) }
output "maps_08" { value = merge({ a = 1 }, { b = local.text }) }
output "maps_09" { value = merge([{ a = 1 }, { b = 2 }]...) }
output "maps_10" { value = merge() }
output "maps_11" { value = lookup({ a = "x" }, "a", "d") }
output "maps_12" { value = lookup({ a = "x" }, "b", "d") }
output "maps_13" { value = lookup({ a = "x", b = "y" }, local.text, "d") }
output "maps_14" { value = lookup({ a = local.text }, "a", "d") }
output "maps_15" { value = can(lookup({ a = "x" }, "b")) }
output "maps_16" { value = zipmap(["a", "b"], [1, 2]) }
output "maps_17" { value = zipmap(["a", "b"], [local.text, 2]) }
output "maps_18" { value = zipmap(["a", "b", "c"], local.ids) }
output "maps_19" { value = can(zipmap(["a"], [1, 2])) }
output "maps_20" { value = transpose({ a = ["x", "y"], b = ["y"] }) }
output "maps_21" { value = tomap({ a = "x" })["a"] }
output "maps_22" { value = { for k, v in { a = 1, b = 2 } : v => k } }
output "maps_23" { value = { for v in ["a", "b", "aa"] : substr(v, 0, 1) => v... } }

# texts
output "texts_01" { value = join(",", ["a", "b"]) }
output "texts_02" { value = join("-", ["a"], ["b", "c"]) }
output "texts_03" { value = join(",", [local.text, "a"]) }
output "texts_04" { value = join(",", local.ids) }
output "texts_05" { value = join(",", [1, true]) }
output "texts_06" { value = can(join(",", ["a", null])) }
output "texts_07" { value = split(",", "a,b,,c") }
output "texts_08" { value = split(",", "") }
output "texts_09" { value = split("", "abc") }
output "texts_10" { value = split(",", local.text) }
output "texts_11" { value = split(",", join(",", local.ids)) }
output "texts_12" { value = split("/", "${local.ids[0]}/x") }
output "texts_13" { value = format("%s-%s", "a", "b") }
output "texts_14" { value = format("%s", 5) }
output "texts_15" { value = format("%s", true) }
output "texts_16" { value = format("%v", true) }
output "texts_17" { value = format("%d", 5) }
output "texts_18" { value = format("%05d", 42) }
output "texts_19" { value = format("%5d|%-5d|", 42, 42) }
output "texts_20" { value = format("%5s|%-5s|", "ab", "ab") }
output "texts_21" { value = format("%.2f", 3.14159) }
output "texts_22" { value = format("%f", 2) }
output "texts_23" { value = format("%x|%X|%o|%b", 255, 255, 8, 5) }
output "texts_24" { value = format("%q", "a\"b") }
output "texts_25" { value = format("%t", "true") }
output "texts_26" { value = format("%+d", 5) }
output "texts_27" { value = format("%%") }
output "texts_28" { value = format("%[2]s-%[1]s", "a", "b") }
output "texts_29" { value = format("%.2s", "abc") }
output "texts_30" { value = format("%v", ["a", 1]) }
output "texts_31" { value = format("%#v", "a") }
output "texts_32" { value = format("%v", { a = 1 }) }
output "texts_33" { value = format("%s", local.text) }
output "texts_34" { value = format("%s/x", local.ids[0]) }
output "texts_35" { value = format("%03d-%s", 7, local.ids[0]) }
output "texts_36" { value = can(format("%d", "x")) }
output "texts_37" { value = can(format("%s")) }
output "texts_38" { value = can(format("a", "b")) }
output "texts_39" { value = can(format("%s", ["a"])) }
output "texts_40" { value = formatlist("%s-%s", ["a", "b"], ["x", "y"]) }
output "texts_41" { value = formatlist("%s-%s", ["a", "b"], "x") }
output "texts_42" { value = formatlist("%s/x", local.ids) }
output "texts_43" { value = formatlist("%s", []) }
output "texts_44" { value = formatlist("%s", [local.text, "a"]) }
output "texts_45" { value = formatlist("%s", "a") }
output "texts_46" { value = can(formatlist("%s-%s", ["a", "b"], ["x"])) }
output "texts_47" { value = replace("a-b-c", "-", "_") }
output "texts_48" { value = replace("abc123", "/[0-9]+/", "x") }
output "texts_49" { value = replace("ab", "/(a)(b)/", "$2$1") }
output "texts_50" { value = replace("ab", "/(?P<x>a)/", "<$${x}>") }
output "texts_51" { value = replace(local.text, "a", "b") }
output "texts_52" { value = replace("${local.ids[0]}/x", "/x", "") }
output "texts_53" { value = replace("a.b", ".", "") }
output "texts_54" { value = tostring(5) }
output "texts_55" { value = tostring(true) }
output "texts_56" { value = tostring(null) }
output "texts_57" { value = tostring(0.5) }
output "texts_58" { value = tostring(1000000) }
output "texts_59" { value = tonumber("5") }
output "texts_60" { value = tonumber("5.5") }
output "texts_61" { value = can(tonumber("a")) }
output "texts_62" { value = can(tonumber(true)) }
output "texts_63" { value = tobool("true") }
output "texts_64" { value = can(tobool("yes")) }
output "texts_65" { value = can(tobool(1)) }
output "texts_66" { value = upper("aé") }
output "texts_67" { value = upper(local.ids[0]) }
output "texts_68" { value = lower("AB") }
output "texts_69" { value = lower(5) }
output "texts_70" { value = title("hello world-wide o'neil aBC") }
output "texts_71" { value = trimspace("  a b \n") }
output "texts_72" { value = trim("?!a?!", "!?") }
output "texts_73" { value = trimprefix("abcabc", "abc") }
output "texts_74" { value = trimsuffix("abcabc", "abc") }
output "texts_75" { value = trimprefix(local.text, "a") }
output "texts_76" { value = startswith("abc", "ab") }
output "texts_77" { value = endswith("abc", "bc") }
output "texts_78" { value = strcontains("abc", "b") }
output "texts_79" { value = strrev("abc") }
output "texts_80" { value = chomp("a\n\n") }
output "texts_81" { value = chomp("a\r\n") }
output "texts_82" { value = indent(2, "a\nb") }
output "texts_83" { value = substr("hello", 1, 3) }
output "texts_84" { value = substr("hello", -3, 2) }
output "texts_85" { value = substr("hello", 1, -1) }
output "texts_86" { value = substr("hello", 10, 2) }
output "texts_87" { value = substr("hello", 0, 99) }
output "texts_88" { value = regex("[a-z]+", "12ab") }
output "texts_89" { value = regex("([a-z])([0-9])?", "a") }
output "texts_90" { value = regex("(?P<x>[a-z])(?P<y>[0-9])", "a1") }
output "texts_91" { value = can(regex("z", "a")) }
output "texts_92" { value = regexall("[a-z]", "a1b") }
output "texts_93" { value = regexall("([a-z])([0-9])", "a1b2") }
output "texts_94" { value = regexall("(?P<x>[a-z])", "ab") }
output "texts_95" { value = regexall("z", "a") }

# numbers
output "numbers_01" { value = max(1, 3, 2) }
output "numbers_02" { value = min("2", 1) }
output "numbers_03" { value = max([1, 5]...) }
output "numbers_04" { value = sum([1, 2.5]) }
output "numbers_05" { value = can(sum([])) }
output "numbers_06" { value = abs(-2) }
output "numbers_07" { value = ceil(1.2) }
output "numbers_08" { value = floor(-1.2) }
output "numbers_09" { value = pow(2, 8) }
output "numbers_10" { value = signum(-3) }
output "numbers_11" { value = parseint("ff", 16) }
output "numbers_12" { value = 1 + 2 * 3 - 4 / 2 }
output "numbers_13" { value = 7 % 3 }
output "numbers_14" { value = 10 / 4 }
output "numbers_15" { value = "3" + 4 }
output "numbers_16" { value = -local.number }
output "numbers_17" { value = local.number > 0 }
output "numbers_18" { value = 1 < 2 && !(2 <= 1) }

# networks
output "networks_01" { value = cidrsubnet("10.0.0.0/16", 8, 2) }
output "networks_02" { value = cidrsubnet("10.0.1.7/24", 4, 15) }
output "networks_03" { value = cidrsubnet("fd00:fd12:3456:7890::/56", 16, 162) }
output "networks_04" { value = can(cidrsubnet("10.0.0.0/16", 8, 256)) }
output "networks_05" { value = can(cidrsubnet("10.0.0.0/30", 8, 0)) }
output "networks_06" { value = cidrsubnet("10.0.0.0/16", 0, 0) }
output "networks_07" { value = cidrsubnets("10.1.0.0/16", 4, 4, 8, 4) }
output "networks_08" { value = cidrsubnets("10.0.0.0/8", 8) }
output "networks_09" { value = cidrsubnets("10.1.0.0/16", 8, 4) }
output "networks_10" { value = can(cidrsubnets("10.1.0.0/16", 1, 1, 1)) }
output "networks_11" { value = cidrhost("10.12.112.0/20", 16) }
output "networks_12" { value = cidrhost("10.12.112.0/20", -1) }
output "networks_13" { value = cidrhost("fd00:fd12:3456:7890::/56", 34) }
output "networks_14" { value = cidrnetmask("172.16.0.0/12") }
output "networks_15" { value = [for n in range(2) : cidrsubnet("10.0.0.0/16", 8, n)] }
output "networks_16" { value = can(cidrsubnet(local.text, 8, 1)) }

# encoding
output "encoding_01" { value = jsonencode({ b = [1, "<a>", true, null], a = "é" }) }
output "encoding_02" { value = jsonencode("a\"b\n") }
output "encoding_03" { value = jsonencode(2.0) }
output "encoding_04" { value = jsonencode(0.1) }
output "encoding_05" { value = jsonencode([]) }
output "encoding_06" { value = jsonencode({ a = local.text }) }
output "encoding_07" { value = jsonencode({ a = local.ids[0] }) }
output "encoding_08" { value = jsondecode("{\"a\": [1, 2.5, null, \"x\"]}") }
output "encoding_09" { value = jsondecode("5") }
output "encoding_10" { value = can(jsondecode("{")) }
output "encoding_11" { value = jsondecode(jsonencode({ a = ["b"] })).a[0] }
output "encoding_12" { value = base64encode("héllo") }
output "encoding_13" { value = base64decode("aGk=") }
output "encoding_14" { value = urlencode("a b/c~é") }
output "encoding_15" { value = md5("a") }
output "encoding_16" { value = sha1("a") }
output "encoding_17" { value = sha256("a") }
output "encoding_18" { value = sha512("a") }

# try and can
output "try_can_01" { value = try({ a = 1 }.b, "d") }
output "try_can_02" { value = try({ a = 1 }.a, "d") }
output "try_can_03" { value = try(local.settings.none, local.settings.list[9], "d") }
output "try_can_04" { value = try(local.settings.list, []) }
output "try_can_05" { value = try(local.partly.list, []) }
output "try_can_06" { value = try(local.text, "d") }
output "try_can_07" { value = try(upper(null), "d") }
output "try_can_08" { value = try([local.map[local.text]], "d") }
output "try_can_09" { value = can({ a = 1 }.a) }
output "try_can_10" { value = can({ a = 1 }.b) }
output "try_can_11" { value = can(local.text) }
output "try_can_12" { value = can(local.settings.list[9]) }
output "try_can_13" { value = can([local.text]) }
output "try_can_14" { value = try(tostring(["a"]), "d") }
output "try_can_15" { value = try(local.ids[7], local.ids[1]) }
output "try_can_16" { value = try({ for k in ["a", "a"] : k => 1 }, "twice") }

# conditionals
output "conditionals_01" { value = true ? "a" : "b" }
output "conditionals_02" { value = "true" ? "a" : "b" }
output "conditionals_03" { value = local.flag ? "a" : "b" }
output "conditionals_04" { value = local.flag ? ["a"] : ["a", "b"] }
output "conditionals_05" { value = local.flag ? local.ids : [local.ids[1]] }
output "conditionals_06" { value = local.flag ? [] : ["a"] }
output "conditionals_07" { value = local.text == "z" ? "a" : local.text == "b" ? "c" : "d" }
output "conditionals_08" { value = local.flag == local.flag }
output "conditionals_09" { value = local.flag || true }
output "conditionals_10" { value = local.flag && false }
output "conditionals_11" { value = local.ids[0] == local.ids[1] }
output "conditionals_12" { value = local.ids[0] == "" }
output "conditionals_13" { value = local.ids[0] != null }
output "conditionals_14" { value = local.text == null }
output "conditionals_15" { value = 1 == "1" }
output "conditionals_16" { value = "a" == "a" }
output "conditionals_17" { value = [1, 2] == [1, 2] }
output "conditionals_18" { value = { a = 1 } == { a = 1 } }
output "conditionals_19" { value = null == null }

# selection
output "selection_01" { value = local.map["a"] }
output "selection_02" { value = local.map[local.text] }
output "selection_03" { value = ["a", "b"][local.number] }
output "selection_04" { value = local.settings.list[*] }
output "selection_05" { value = [{ a = 1 }, { a = 2 }][*].a }
output "selection_06" { value = [{ a = 1 }, { a = 2 }].*.a }
output "selection_07" { value = [{ a = [1, 2] }, { a = [3] }][*].a[0] }
output "selection_08" { value = null[*] }
output "selection_09" { value = "a" [*] }
output "selection_10" { value = { a = 1 }[*].a }
output "selection_11" { value = local.settings["list"][1] }
output "selection_12" { value = terraform_data.keyed["a"].id == terraform_data.keyed["b"].id }
output "selection_13" { value = [for k, v in terraform_data.keyed : k] }
output "selection_14" { value = length(terraform_data.counted) }
output "selection_15" { value = values(terraform_data.keyed)[*].id }
output "selection_16" { value = terraform_data.counted[*].id }
output "selection_17" { value = [for i, v in terraform_data.counted : v.id if i > 0] }

# for
output "for_01" { value = [for v in ["a", "b"] : upper(v)] }
output "for_02" { value = [for i, v in ["a", "b"] : "${i}${v}"] }
output "for_03" { value = [for k, v in { b = 1, a = 2 } : "${k}${v}"] }
output "for_04" { value = [for v in ["a", "b", "c"] : v if v != "b"] }
output "for_05" { value = [for v in ["a", "b"] : v if v == local.text] }
output "for_06" { value = [for v in ["a", local.text] : v] }
output "for_07" { value = [for v in local.text_list : v] }
output "for_08" { value = { for v in ["a", "b"] : v => upper(v) } }
output "for_09" { value = { for v in ["a"] : v => local.text } }
output "for_10" { value = [for v in { a = ["x"], b = ["y", "z"] } : length(v)] }
output "for_11" { value = [for a in ["x"] : [for b in ["y"] : "${a}${b}"]] }

# templates
output "templates_01" { value = "a${"b"}c" }
output "templates_02" { value = 5 }
output "templates_03" { value = ["a"] }
output "templates_04" { value = "$${a} %%{b}" }
output "templates_05" { value = "x${local.ids[0]}" }
output "templates_06" { value = "a\tb\u00e9\\" }
output "templates_07" { value = "%{if true}yes%{else}no%{endif}" }
output "templates_08" { value = "%{if false}yes%{endif}" }
output "templates_09" { value = "%{if local.flag}yes%{else}no%{endif}" }
output "templates_10" { value = "%{for v in ["a", "b"]}<${v}>%{endfor}" }
output "templates_11" { value = "%{for i, v in ["a", "b"]}${i}${v} %{endfor}" }
output "templates_12" { value = "a ${~"b"~} c" }
output "templates_13" { value = "<${local.ids[0]}> ${true}" }

# heredocs
output "heredoc_01" {
  value = <<-EOT
    {
      "a": "${local.map["a"]}"
    }
  EOT
}
output "heredoc_02" {
  value = <<EOT
  a\n $${b}
    ${upper("c")}
EOT
}
output "heredoc_03" {
  value = <<-EOT
      a

    b ${"x"}
    ${"y"}
  EOT
}
output "heredoc_04" {
  value = <<EOT
  %{for v in ["a", "b"]~}
    - ${v}
  %{endfor~}
  end
  %{~if true}yes%{~else~}no%{endif~}

EOT
}
output "heredoc_05" {
  value = <<-EOT
    %{for v in ["a", "b"]}
      - ${v}
    %{endfor}
  EOT
}
