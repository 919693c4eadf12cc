# Makes what R says about the form: alpha, item-rest correlations, shares.
#
#   Rscript reliability.R          (in this folder, after make.R; base R)
#
# Writes reliability.csv by formula: alpha from cov(), the correlation of an item with
# the sum of the others from cor(), both on complete cases of scores rescaled between
# the ends of each item's scale; NA below 30 complete cases, without spread and for a
# single item.

options(digits = 17)
exact <- function(x) if (length(x) == 0 || is.na(x)) "" else sprintf("%.17g", x)

components <- list(a = c("A1", "A2", "A3"), b = c("B1", "B2"), c = "C1", d = c("D1", "D2"))
items <- unlist(components, use.names = FALSE)
worst <- function(item) if (item == "D2") 0 else 1
best <- function(item) if (item == "D2") 2 else 5

rows <- list()
add <- function(shape, group, level, code, fact, value) {
  rows[[length(rows) + 1]] <<- data.frame(shape = shape, group = group, level = level, code = code,
                                          fact = fact, value = exact(value))
}

scores <- function(d, of) {
  x <- sapply(of, function(i) (ifelse(d[[i]] == 9, NA, d[[i]]) - worst(i)) / (best(i) - worst(i)))
  x <- matrix(x, ncol = length(of))
  x[complete.cases(x), , drop = FALSE]
}
alpha <- function(x) {
  k <- ncol(x)
  if (k < 2 || nrow(x) < 30 || var(rowSums(x)) < 1e-12) return(NA)
  C <- cov(x)
  k / (k - 1) * (1 - sum(diag(C)) / sum(C))
}
item_rest <- function(x, i) {
  if (ncol(x) < 2 || nrow(x) < 30) return(NA)
  rest <- rowSums(x[, -i, drop = FALSE])
  if (var(x[, i]) < 1e-12 || var(rest) < 1e-12) return(NA)
  cor(x[, i], rest)
}

for (shape in c("ordinary", "gaps", "communes", "alike", "missing", "nearly_all", "tiny")) {
  file <- read.csv(paste0(shape, ".csv"), colClasses = c(group = "character"))
  for (group in unique(c("", sort(unique(file$group))))) {
    d <- if (group == "") file else file[file$group == group, ]
    say <- function(...) add(shape, group, ...)
    for (name in names(components)) {
      of <- components[[name]]
      x <- scores(d, of)
      say("component", name, "complete", nrow(x))
      say("component", name, "alpha", alpha(x))
      for (i in seq_along(of)) {
        answers <- d[[of[i]]]
        valid <- answers[!is.na(answers) & answers != 9]
        say("item", of[i], "valid", length(valid))
        say("item", of[i], "no_opinion", sum(answers == 9, na.rm = TRUE))
        say("item", of[i], "unanswered", sum(is.na(answers)))
        say("item", of[i], "mean", if (length(valid) > 0) mean(valid) else NA)
        say("item", of[i], "sd", if (length(valid) > 1) sd(valid) else NA)
        say("item", of[i], "floor", if (length(valid) > 0) mean(valid == worst(of[i])) else NA)
        say("item", of[i], "ceiling", if (length(valid) > 0) mean(valid == best(of[i])) else NA)
        say("item", of[i], "item_rest", item_rest(x, i))
      }
    }
    x <- scores(d, items)
    say("form", "reference", "complete", nrow(x))
    say("form", "reference", "alpha", alpha(x))
    five <- as.matrix(d[, setdiff(items, "D2")])
    five[five == 9] <- NA
    valid <- rowSums(!is.na(five)) >= 5
    same <- apply(five, 1, function(r) length(unique(r[!is.na(r)])) == 1)
    say("scale", "five", "people", sum(valid))
    say("scale", "five", "straight", sum(valid & same))
  }
}
rows <- do.call(rbind, rows)
write.csv(rows, "reliability.csv", row.names = FALSE, quote = FALSE, eol = "\n")
