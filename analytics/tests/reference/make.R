# Makes the reference data and what R says about it.
#
#   Rscript make.R          (in this folder; Debian: r-base-core, r-cran-survey, r-cran-mass)
#
# Writes one CSV of responses per shape, estimates.csv and quantiles.csv, all with
# 17 significant digits. Values, standard errors and degrees of freedom come from
# the survey package: svyratio for a pooled ratio, svytotal with svycontrast for a
# mean of ratios, degf of the subset. Limits come from prop.test (Wilson),
# binom.test (Clopper-Pearson) and, for the logit interval, from its formula.

suppressMessages(library(survey))
options(digits = 17)
set.seed(20261008, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")

parts <- list(first = list(a = c("A1", "A2", "A3"), b = c("B1", "B2")),
              second = list(c = "C1", d = c("D1", "D2")))
weights <- c(first = 0.35, second = 0.65)
components <- do.call(c, unname(parts))
items <- unname(unlist(components))

# ---- responses -------------------------------------------------------------

# Answers that hang together inside a person, as people's answers do.
people <- function(n, mood = 0, gaps = 0, unsure = 0) {
  feeling <- rnorm(n, mood)
  one <- function(item) {
    push <- feeling + rnorm(n)
    answer <- if (item == "D2") findInterval(push, c(-0.6, 0.4))
              else 1 + findInterval(push, c(-1.8, -1, -0.3, 0.9))
    answer[runif(n) < unsure] <- 9
    answer[runif(n) < gaps] <- NA
    answer
  }
  as.data.frame(sapply(items, one, simplify = FALSE))
}
fixed <- function(n, five, three) {
  as.data.frame(sapply(items, function(i) rep(if (i == "D2") three else five, n), simplify = FALSE))
}

shapes <- list()
d <- people(240, 0.8); d$group <- sample(c("kiosk", "online", "qr"), 240, TRUE)
shapes$ordinary <- d
d <- people(300, 0.5, gaps = 0.2, unsure = 0.15)
d$group <- sample(c("09001", "00385", "00388", "21001"), 300, TRUE, c(0.6, 0.25, 0.1, 0.05))
d$group[7] <- "99999"
shapes$gaps <- d
d <- people(1500, 1.6, gaps = 0.02)
d$group <- sprintf("%05d", sample(1:12, 1500, TRUE, (1:12)^2))
shapes$communes <- d
d <- people(1, 0); d[1, items] <- c(5, 4, 2, 9, 4, 3, NA, 2); d$group <- "x"
shapes$one <- d
d <- fixed(25, 5, 2); d$A1[3] <- NA; d$group <- rep(c("x", "y"), c(20, 5))
shapes$all_satisfied <- d
d <- fixed(25, 2, 0); d$B1[3] <- 9; d$group <- rep(c("x", "y"), c(20, 5))
shapes$none_satisfied <- d
d <- people(90, 0.6, gaps = 0.05); d$group <- rep(c("all_there", "c_missing", "nothing"), 30)
d$C1[d$group == "c_missing"] <- NA
d[d$group == "nothing", items] <- NA
shapes$missing <- d
d <- people(5, 0.4); d$group <- c("x", "x", "x", "y", "y")
shapes$tiny <- d
d <- fixed(40, 5, 0); d$A3 <- 1; d$B2 <- 3; d$group <- rep(c("x", "y"), 20)
shapes$alike <- d
# Nearly everyone is satisfied: small differences decide.
d <- fixed(600, 5, 2); for (i in items) d[sample(600, 2), i] <- if (i == "D2") 0 else 1
d$group <- rep(c("x", "y", "z"), c(400, 150, 50))
shapes$nearly_all <- d
# Twelve of 400 answered one component, all of them satisfied: its variance is 0.
d <- fixed(400, 5, 2); far <- 101 * seq_along(items); names(far) <- items
for (i in items) d[(seq_len(400) * 37 + far[[i]]) %% 400 >= 376, i] <- if (i == "D2") 0 else 2
d$C1 <- 9; d$C1[seq(20, 400, 34)] <- 5; d$group <- rep(c("x", "y"), c(300, 100))
shapes$few_answered <- d

for (name in names(shapes)) {
  write.csv(shapes[[name]][, c("group", items)], paste0(name, ".csv"),
            row.names = FALSE, quote = FALSE, na = "", eol = "\n")
}

# ---- estimates -------------------------------------------------------------

satisfied <- function(item, x) x %in% (if (item == "D2") 2 else c(4, 5))
valid <- function(x) !is.na(x) & x != 9
sums <- function(of, d) Reduce(`+`, lapply(of, function(i) d[[i]]))

terms <- function(rule, members) {  # the item sets a figure averages, and their weights
  equal <- function(sets) list(sets = unname(sets), weights = rep(1 / length(sets), length(sets)))
  switch(rule,
    pooled = equal(list(unlist(members))),
    mean_of_items = equal(as.list(unlist(members))),
    mean_of_components = equal(members))
}
weighted <- function() {
  each <- lapply(names(parts), function(p) {
    t <- terms("mean_of_components", parts[[p]]); t$weights <- t$weights * weights[[p]]; t
  })
  list(sets = do.call(c, lapply(each, `[[`, "sets")),
       weights = do.call(c, lapply(each, `[[`, "weights")))
}

figures <- list()
add <- function(...) figures[[length(figures) + 1]] <<- list(...)
for (i in items) add(level = "item", code = i, rule = "", t = list(sets = list(i), weights = 1), items = i)
for (k in names(components)) {
  add(level = "component", code = k, rule = "pooled",
      t = list(sets = list(components[[k]]), weights = 1), items = components[[k]])
}
for (rule in c("pooled", "mean_of_items", "mean_of_components")) {
  for (p in names(parts)) {
    add(level = "part", code = p, rule = rule, t = terms(rule, parts[[p]]), items = unlist(parts[[p]]))
  }
  add(level = "index", code = "reference", rule = rule, t = terms(rule, components), items = items)
}
add(level = "index", code = "reference", rule = "weighted_parts", t = weighted(), items = items)

limits <- function(figure, s, v, n, rate, se, df, conf) {
  tail <- (1 - conf) / 2
  if (s == 0 || s == v) {
    k <- if (s == 0) 0 else n
    return(list(binom.test(k, n, conf.level = conf)$conf.int, "clopper_pearson"))
  }
  if (figure$level == "item") {
    if (v < 100) return(list(binom.test(s, v, conf.level = conf)$conf.int, "clopper_pearson"))
    return(list(suppressWarnings(prop.test(s, v, conf.level = conf, correct = FALSE))$conf.int, "wilson"))
  }
  if (is.na(se)) return(list(c(NA, NA), ""))
  if (se < 1e-7) {
    return(list(c(qbeta(tail, rate * n, n - rate * n + 1), qbeta(1 - tail, rate * n + 1, n - rate * n)), "beta"))
  }
  if (df < 1) return(list(c(NA, NA), ""))
  list(plogis(qlogis(rate) + c(-1, 1) * qt(1 - tail, df) * se / (rate * (1 - rate))), "logit")
}

estimate <- function(shape, d, group, conf) {
  w <- data.frame(one = rep(1, nrow(d)), group = d$group)
  for (i in items) { w[[paste0("s", i)]] <- as.numeric(valid(d[[i]]) & satisfied(i, d[[i]]))
                     w[[paste0("v", i)]] <- as.numeric(valid(d[[i]])) }
  inside <- if (is.na(group)) rep(TRUE, nrow(d)) else d$group == group
  rows <- list()
  for (f in figures) {
    S <- sapply(f$t$sets, function(set) sum(sums(paste0("s", set), w)[inside]))
    V <- sapply(f$t$sets, function(set) sum(sums(paste0("v", set), w)[inside]))
    s <- sum(sums(paste0("s", f$items), w)[inside]); v <- sum(sums(paste0("v", f$items), w)[inside])
    n <- sum((sums(paste0("v", f$items), w) > 0)[inside])
    opinion <- sum(sapply(f$items, function(i) sum(d[[i]][inside] == 9, na.rm = TRUE)))
    asked <- sum(inside) * length(f$items)
    rate <- se <- NA; df <- sum(inside) - 1; lim <- list(c(NA, NA), "")
    if (all(V > 0)) {
      rate <- sum(f$t$weights * S / V)
      if (nrow(d) > 1) {
        for (k in seq_along(f$t$sets)) {
          w[[paste0("num", k)]] <- sums(paste0("s", f$t$sets[[k]]), w)
          w[[paste0("den", k)]] <- sums(paste0("v", f$t$sets[[k]]), w)
        }
        design <- svydesign(ids = ~1, weights = ~one, data = w)
        domain <- subset(design, inside)
        df <- degf(domain)
        if (length(f$t$sets) == 1) {
          r <- svyratio(~num1, ~den1, domain)
          rate <- unname(coef(r)); se <- unname(SE(r))
        } else {
          k <- seq_along(f$t$sets)
          total <- svytotal(reformulate(c(paste0("num", k), paste0("den", k))), domain)
          names_of <- paste(sprintf("%.17g * num%d / den%d", f$t$weights, k, k), collapse = " + ")
          r <- svycontrast(total, str2lang(names_of))
          rate <- unname(coef(r)); se <- unname(SE(r))
        }
        # What is left of a variance that is 0 is rounding.
        if (is.nan(se) || se < 1e-7) se <- 0
      }
      lim <- limits(f, s, v, n, rate, se, df, conf)
    }
    rows[[length(rows) + 1]] <- data.frame(
      shape = shape, by = if (is.na(group)) "" else "group", group = if (is.na(group)) "" else group,
      conf = conf, level = f$level, code = f$code, aggregation = f$rule, asked = asked, valid = v,
      satisfied = s, no_opinion = opinion, unanswered = asked - v - opinion, rate = rate, se = se,
      low = lim[[1]][1], upp = lim[[1]][2], df = df, n_eff = n, interval = lim[[2]])
  }
  do.call(rbind, rows)
}

all <- list()
for (name in names(shapes)) {
  d <- shapes[[name]]
  conf <- if (name == "gaps") 0.9 else 0.95
  for (g in c(NA, sort(unique(d$group)))) all[[length(all) + 1]] <- estimate(name, d, g, conf)
}
all <- do.call(rbind, all)

write17 <- function(table, file) {
  for (n in names(table)) if (is.numeric(table[[n]])) {
    table[[n]] <- ifelse(is.na(table[[n]]), "", sprintf("%.17g", table[[n]]))
  }
  write.csv(table, file, row.names = FALSE, quote = FALSE, na = "", eol = "\n")
}
write17(all, "estimates.csv")

# ---- designs ---------------------------------------------------------------

# Strata of villages, villages of people, people with weights. Two shapes: every
# stratum has several villages; one has a single village.
villages <- function(drawn, population) {
  size <- sample(3:14, sum(drawn), TRUE)
  d <- people(sum(size), 0.9, gaps = 0.06, unsure = 0.04)
  village <- rep(seq_along(size), size)
  stratum <- rep(seq_along(drawn), drawn)[village]
  feeling <- rnorm(sum(drawn), 0, 0.7)[village]
  for (i in setdiff(items, "D2")) {
    moved <- round(d[[i]] + feeling)
    d[[i]] <- ifelse(is.na(d[[i]]) | d[[i]] == 9, d[[i]], pmin(5, pmax(1, moved)))
  }
  d$stratum <- paste0("t", stratum)
  d$village <- sprintf("v%02d", village)
  d$weight <- round(exp(rnorm(nrow(d), 1, 0.6)), 3)
  d$villages <- population[stratum]
  d$group <- ifelse(village %% 5 == 0, "few", sample(c("kiosk", "qr"), nrow(d), TRUE))
  d$group[1] <- "single"
  d
}
sampled <- list(villages = villages(c(6, 4, 9), c(40, 4, 900)), lonely = villages(c(5, 1, 7), c(40, 12, 900)))
# Everybody, or nobody, is satisfied with some items.
sampled$certain <- sampled$villages
for (i in c("A1", "A2", "A3", "C1")) sampled$certain[[i]][valid(sampled$certain[[i]])] <- 5
for (i in c("B1", "B2")) sampled$certain[[i]][valid(sampled$certain[[i]])] <- 2
for (name in names(sampled)) {
  write.csv(sampled[[name]][, c("group", "stratum", "village", "weight", "villages", items)],
            paste0(name, ".csv"), row.names = FALSE, quote = FALSE, na = "", eol = "\n")
}

designs <- list(
  weights = list(ids = ~1, weights = ~weight),
  clusters = list(ids = ~village),
  strata = list(ids = ~1, strata = ~stratum),
  strata_weights = list(ids = ~1, strata = ~stratum, weights = ~weight),
  clusters_weights = list(ids = ~village, weights = ~weight),
  all = list(ids = ~village, strata = ~stratum, weights = ~weight),
  all_fpc = list(ids = ~village, strata = ~stratum, weights = ~weight, fpc = ~villages))

of_design <- function(shape, name, lonely, group) {
  d <- sampled[[shape]]
  w <- d[, setdiff(names(d), items)]
  for (i in items) { w[[paste0("s", i)]] <- as.numeric(valid(d[[i]]) & satisfied(i, d[[i]]))
                     w[[paste0("v", i)]] <- as.numeric(valid(d[[i]])) }
  inside <- if (is.na(group)) rep(TRUE, nrow(d)) else d$group == group
  w$one <- 1
  # A design is what svydesign is given, or a function that makes it.
  make <- designs[[name]]
  if (is.function(make)) {
    weight <- unname(weights(make(w)))
  } else {
    args <- make
    weight <- if (is.null(args$weights)) rep(1, nrow(d)) else d$weight
    if (is.null(args$weights)) args$weights <- ~one
    make <- function(w) do.call(svydesign, c(args, list(data = w)))
  }
  options(survey.lonely.psu = lonely)
  rows <- list()
  for (f in figures) {
    k <- seq_along(f$t$sets)
    for (j in k) {
      w[[paste0("num", j)]] <- sums(paste0("s", f$t$sets[[j]]), w)
      w[[paste0("den", j)]] <- sums(paste0("v", f$t$sets[[j]]), w)
    }
    design <- make(w)
    domain <- subset(design, inside)
    S <- sapply(k, function(j) sum((weight * w[[paste0("num", j)]])[inside]))
    V <- sapply(k, function(j) sum((weight * w[[paste0("den", j)]])[inside]))
    if (any(V == 0)) next
    rate <- sum(f$t$weights * S / V)
    # The influence of the figure, and its total: value 0, variance that of the figure.
    z <- rep(0, nrow(w))
    for (j in k) z <- z + f$t$weights[j] * (w[[paste0("num", j)]] - S[j] / V[j] * w[[paste0("den", j)]]) / V[j]
    w$z <- z
    domain <- subset(make(w), inside)
    total <- svytotal(~z, domain, deff = if (sum(inside) > 1) "replace" else FALSE)
    se <- unname(SE(total))[1]
    if (length(k) == 1) stopifnot(isTRUE(all.equal(se, unname(SE(svyratio(~num1, ~den1, domain)))[1], tolerance = 1e-10)) || !is.finite(se))
    effect <- if (sum(inside) > 1) unname(deff(total)) else NA
    answered <- (sums(paste0("v", f$items), w) > 0) & inside
    n_eff <- sum(weight[answered])^2 / sum(weight[answered]^2)
    df <- degf(domain)
    s <- sum(sums(paste0("s", f$items), w)[inside]); v <- sum(sums(paste0("v", f$items), w)[inside])
    if (is.nan(se) || !is.finite(se) || se < 1e-7) { se <- if (is.finite(se) && !is.nan(se)) 0 else NA; effect <- NA }
    people <- sum(answered)
    answered_df <- if (any(answered)) degf(subset(make(w), answered)) else NA
    lim <- c(NA, NA)
    if (s > 0 && s < v && !is.na(se) && se > 0 && df > 0) {
      lim <- plogis(qlogis(rate) + c(-1, 1) * qt(0.975, df) * se / (rate * (1 - rate)))
    } else if ((s == 0 || s == v) && answered_df > 0) {
      # Korn and Graubard's number where the sample shows no design effect: Kish's.
      n <- n_eff * (qt(0.025, people - 1) / qt(0.025, answered_df))^2
      lim <- if (s == 0) c(0, qbeta(0.975, 1, n)) else c(qbeta(0.025, n, 1), 1)
    } else if (s > 0 && s < v && !is.na(se) && se == 0 && all(abs(z) < 1e-14) && answered_df > 0) {
      # Everybody answers alike: the same number.
      n <- n_eff * (qt(0.025, people - 1) / qt(0.025, answered_df))^2
      lim <- c(qbeta(0.025, n * rate, n * (1 - rate) + 1), qbeta(0.975, n * rate + 1, n * (1 - rate)))
    }
    rows[[length(rows) + 1]] <- data.frame(
      shape = shape, design = name, lonely = lonely, group = if (is.na(group)) "" else group,
      level = f$level, code = f$code, aggregation = f$rule, rate = rate, se = se,
      low = lim[1], upp = lim[2], df = df, n_eff = n_eff, deff = effect, people = people, answered_df = answered_df)
  }
  do.call(rbind, rows)
}

designed <- list()
for (name in names(designs)) for (g in c(NA, "few", "kiosk", "qr", "single")) {
  designed[[length(designed) + 1]] <- of_design("villages", name, "fail", g)
}
for (name in c("all", "all_fpc")) for (lonely in c("remove", "adjust", "average")) for (g in c(NA, "few", "kiosk")) {
  designed[[length(designed) + 1]] <- of_design("lonely", name, lonely, g)
}
options(survey.lonely.psu = "fail")
for (name in c("weights", "clusters", "clusters_weights", "strata_weights", "all")) for (g in c(NA, "kiosk")) {
  designed[[length(designed) + 1]] <- of_design("certain", name, "fail", g)
}
for (name in c("clusters", "all")) designed[[length(designed) + 1]] <- of_design("certain", name, "fail", "qr")
designed <- do.call(rbind, designed)
write17(designed[, !names(designed) %in% c("people", "answered_df")], "designs.csv")
one_stage <- designed

# ---- other intervals -------------------------------------------------------

# Of plain counts by their formulas. Of a single item svyciprop itself, on the subset
# with a valid answer, with the degrees of freedom of everybody present in the group
# ("beta" has those of the subset, whatever it is told; "likelihood" is without the
# spline by which svyciprop finds its limits, and held against it below; "asin" is
# cut off where svyciprop would turn back). Of other figures, and "beta_capped", which
# has no more respondents than there are, the same formulas.
of_count <- function(method, s, v, conf) {
  tail <- (1 - conf) / 2; z <- qnorm(1 - tail)
  if (method == "jeffreys") return(qbeta(c(tail, 1 - tail), s + 0.5, v - s + 0.5))
  n <- v + z^2; p <- (s + z^2 / 2) / n
  p + c(-1, 1) * z * sqrt(p * (1 - p) / n)
}
halve <- function(f, inside, outside) {
  repeat {
    middle <- (inside + outside) / 2
    if (middle == inside || middle == outside) return(inside)
    if (f(middle) <= 0) inside <- middle else outside <- middle
  }
}
of_rate <- function(method, rate, se, df, people, answered_df, conf) {
  tail <- (1 - conf) / 2; t <- qt(1 - tail, df)
  n <- rate * (1 - rate) / se^2 * (qt(tail, people - 1) / qt(tail, answered_df))^2
  beta <- function(n) c(qbeta(tail, n * rate, n * (1 - rate) + 1), qbeta(1 - tail, n * rate + 1, n * (1 - rate)))
  switch(method,
    mean = rate + c(-1, 1) * t * se,
    logit = plogis(qlogis(rate) + c(-1, 1) * t * se / (rate * (1 - rate))),
    asin = sin(pmin(pi / 2, pmax(0, asin(sqrt(rate)) + c(-1, 1) * t * se / (2 * sqrt(rate * (1 - rate))))))^2,
    beta = beta(n),
    beta_capped = beta(min(n, people)),
    likelihood = {
      respondents <- rate * (1 - rate) / se^2 * (people - 1) / people
      off <- function(q) 2 * respondents * (rate * log(rate / q) + (1 - rate) * log((1 - rate) / (1 - q))) - t^2
      c(halve(off, rate, 0), halve(off, rate, 1))
    })
}
cut <- function(x) pmin(1, pmax(0, x))
itself <- function(method, row, d, make, conf) {
  item <- as.character(row$code)
  d$y <- as.numeric(satisfied(item, d[[item]])); d$one <- 1
  inside <- if (row$group == "") rep(TRUE, nrow(d)) else d$group == row$group
  answered <- inside & valid(d[[item]])
  df <- degf(subset(make(d), inside))
  as.vector(attr(svyciprop(~y, subset(make(d), answered), level = conf, df = df,
                           method = if (method == "logit") "xlogit" else method), "ci"))
}
of_any <- function(method, row, d, make, people, answered_df, conf) {
  ours <- of_rate(method, row$rate, row$se, row$df, people, answered_df, conf)
  if (row$level != "item" || method == "beta_capped") return(ours)
  theirs <- itself(method, row, d, make, conf)
  if (method == "likelihood") { if (people >= 30) stopifnot(all(abs(cut(ours) - theirs) < 1e-4, na.rm = TRUE)); return(ours) }
  if (method == "asin" && any(cut(ours) %in% c(0, 1))) return(ours)
  theirs
}
chosen <- c("mean", "logit", "asin", "beta", "beta_capped", "likelihood")
intervals <- list()
add_interval <- function(row, design, lonely, conf, method, limits) {
  intervals[[length(intervals) + 1]] <<- data.frame(
    shape = row$shape, design = design, lonely = lonely, group = row$group, conf = conf,
    level = row$level, code = row$code, aggregation = row$aggregation, method = method,
    low = cut(limits[1]), upp = cut(limits[2]))
}
usable <- function(rows) which(!is.na(rows$se) & rows$se > 1e-7 & rows$rate > 0 & rows$rate < 1 & rows$df > 0)
plain <- all[all$shape %in% c("ordinary", "gaps", "tiny"), ]
for (i in usable(plain)) {
  row <- plain[i, ]
  if (row$level == "item" && row$satisfied < row$valid) for (method in c("agresti_coull", "jeffreys")) {
    add_interval(row, "", "fail", row$conf, method, of_count(method, row$satisfied, row$valid, row$conf))
  }
  for (method in chosen) {
    make <- function(w) svydesign(ids = ~1, weights = ~one, data = w)
    add_interval(row, "", "fail", row$conf, method,
                 of_any(method, row, shapes[[row$shape]], make, row$n_eff, row$n_eff - 1, row$conf))
  }
}
drawn <- one_stage[one_stage$design %in% c("all", "clusters", "weights") & designed$shape == "villages", ]
for (i in usable(drawn)) for (method in chosen) {
  row <- drawn[i, ]
  args <- designs[[row$design]]
  if (is.null(args$weights)) args$weights <- ~one
  make <- function(w) do.call(svydesign, c(args, list(data = w)))
  add_interval(row, row$design, row$lonely, 0.95, method,
               of_any(method, row, sampled$villages, make, row$people, row$answered_df, 0.95))
}
intervals <- do.call(rbind, intervals)
write17(intervals, "intervals.csv")

# ---- quantiles -------------------------------------------------------------

p <- c(1e-6, 0.0005, 0.005, 0.025, 0.05, 0.1, 0.25, 0.4, 0.6, 0.975, 0.9995)
q <- data.frame(distribution = "normal", p = p, a = NA, b = NA, quantile = qnorm(p))
for (df in c(1, 2, 3, 7.5, 8, 29, 99, 1000, 12345, 1e6, 1e9)) {
  q <- rbind(q, data.frame(distribution = "t", p = p, a = df, b = NA, quantile = qt(p, df)))
}
for (ab in list(c(1, 1), c(0.5, 0.5), c(27, 4), c(28, 3), c(99, 2), c(0.3, 7.7), c(4.2, 60.9),
                c(384, 17), c(9000, 1001), c(900000, 100001), c(999999, 2), c(3, 5e6))) {
  q <- rbind(q, data.frame(distribution = "beta", p = p, a = ab[1], b = ab[2],
                           quantile = qbeta(p, ab[1], ab[2])))
}
write17(q, "quantiles.csv")

# ---- two stages, calibrated weights ----------------------------------------

# Villages of households of one or two people; gender and age known of everybody.
households <- function(drawn, population, fewest) {
  stratum <- rep(seq_along(drawn), drawn)
  size <- sample(fewest:7, sum(drawn), TRUE)
  if (fewest == 1) size[1:2] <- 1
  village <- rep(seq_along(size), size)
  people_in <- sample(1:2, length(village), TRUE)
  household <- rep(seq_along(village), people_in)
  d <- people(length(household), 0.8, gaps = 0.05, unsure = 0.03)
  feeling <- rnorm(sum(drawn), 0, 0.6)[village[household]]
  for (i in setdiff(items, "D2")) {
    moved <- round(d[[i]] + feeling)
    d[[i]] <- ifelse(is.na(d[[i]]) | d[[i]] == 9, d[[i]], pmin(5, pmax(1, moved)))
  }
  d$village <- sprintf("v%02d", village[household])
  d$stratum <- paste0("t", stratum[village[household]])
  # Households are numbered anew in every village.
  d$household <- paste0("h", household - match(village, village)[household])
  d$villages <- population[stratum[village[household]]]
  d$households <- (size + 3 * seq_along(size))[village[household]]
  d$weight <- round(exp(rnorm(nrow(d), 1, 0.5)), 3)
  d$gender <- sample(c("f", "m"), nrow(d), TRUE, c(0.6, 0.4))
  d$age <- sample(c("18-29", "30-59", "60+"), nrow(d), TRUE, c(0.2, 0.5, 0.3))
  d$group <- ifelse(village[household] %% 4 == 0, "few", sample(c("kiosk", "qr"), nrow(d), TRUE))
  d$month <- c("2025-11", "2025-12", "2026-01", "2026-03", "2026-04")[seq_len(nrow(d)) %% 5 + 1]
  d
}
keys <- c("group", "stratum", "village", "household", "villages", "households", "weight", "gender", "age", "month")
new <- list(households = households(c(6, 4, 8), c(40, 4, 300), 2),
            lonely_households = households(c(5, 4, 7), c(40, 9, 300), 1))
sampled <- c(sampled, new)
for (name in names(new)) {
  write.csv(sampled[[name]][, c(keys, items)], paste0(name, ".csv"),
            row.names = FALSE, quote = FALSE, na = "", eol = "\n")
}

margins <- list(gender = data.frame(gender = c("f", "m"), Freq = c(5100, 4900)),
                age = data.frame(age = c("18-29", "30-59", "60+"), Freq = c(2500, 5500, 2000)))
crossed <- expand.grid(gender = c("f", "m"), age = c("18-29", "30-59", "60+"), stringsAsFactors = FALSE)
crossed$Freq <- c(1300, 1200, 2700, 2800, 1100, 900)
line <- function(variable, category, total) data.frame(variable, category, total)
write17(rbind(line("gender", margins$gender$gender, margins$gender$Freq),
              line("age", margins$age$age, margins$age$Freq)), "margins.csv")
write17(line("gender:age", paste(crossed$gender, crossed$age, sep = ":"), crossed$Freq), "crossed.csv")

drawn_as <- function(...) function(w) svydesign(..., data = w)
plain <- drawn_as(ids = ~1, weights = ~one)
villages_drawn <- drawn_as(ids = ~village, strata = ~stratum, weights = ~weight)
two_stages <- drawn_as(ids = ~village + household, strata = ~stratum, weights = ~weight,
                       fpc = ~villages + households, nest = TRUE)
fit <- function(design, how) calibrate(design, list(~gender, ~age), margins, calfun = how,
                                       epsilon = 1e-13, maxit = 500)
# Weights above a bound are cut off and the margins met again, until both hold.
bounded <- function(design, w, times) {
  d <- weights(design)
  repeat {
    base <- svydesign(ids = ~village, strata = ~stratum, weights = d, data = w)
    fitted <- fit(base, "raking")
    if (max(weights(fitted)) <= times * mean(weights(fitted)) * (1 + 1e-4)) return(fitted)
    cut <- svydesign(ids = ~1, weights = unname(weights(fitted)), data = w)
    d <- weights(suppressWarnings(trimWeights(cut, upper = times * mean(weights(fitted)), strict = TRUE)))
  }
}
designs <- list(
  two_stages = two_stages,
  one_of_two = drawn_as(ids = ~village, strata = ~stratum, weights = ~weight, fpc = ~villages),
  raking = function(w) fit(plain(w), "raking"),
  villages_raking = function(w) fit(villages_drawn(w), "raking"),
  villages_linear = function(w) fit(villages_drawn(w), "linear"),
  villages_crossed = function(w) calibrate(villages_drawn(w), list(~gender + age), list(crossed), epsilon = 1e-13),
  stages_raking = function(w) fit(two_stages(w), "raking"),
  villages_trimmed = function(w) bounded(villages_drawn(w), w, 2.5),
  villages_cut = function(w) {
    d <- svydesign(ids = ~1, weights = ~weight, data = w)
    w$cut <- weights(trimWeights(d, upper = 2 * mean(weights(d)), strict = TRUE))
    svydesign(ids = ~village, strata = ~stratum, weights = ~cut, data = w)
  })
# Post-stratification and linear calibration with one crossed variable are the same.
post <- postStratify(villages_drawn(cbind(sampled$households, one = 1)), ~gender + age, crossed)
stopifnot(all.equal(as.vector(weights(post)), as.vector(weights(designs$villages_crossed(cbind(sampled$households, one = 1))))))
raked <- rake(villages_drawn(cbind(sampled$households, one = 1)), list(~gender, ~age), margins,
              control = list(maxit = 1000, epsilon = 1e-9))
stopifnot(all.equal(as.vector(weights(raked)), as.vector(weights(designs$villages_raking(cbind(sampled$households, one = 1))))))

designed <- list()
for (name in names(designs)) for (g in c(NA, "few", "kiosk", "qr")) {
  designed[[length(designed) + 1]] <- of_design("households", name, "fail", g)
}
for (lonely in c("remove", "adjust")) for (g in c(NA, "few", "kiosk")) {
  designed[[length(designed) + 1]] <- of_design("lonely_households", "two_stages", lonely, g)
}
for (lonely in c("remove", "adjust")) for (g in c(NA, "kiosk")) {
  designed[[length(designed) + 1]] <- of_design("lonely_households", "stages_raking", lonely, g)
}
# A stratum of one village, and weights that are fitted to the groups.
designs$groups_raking <- function(w) calibrate(villages_drawn(w), list(~group), calfun = "raking", epsilon = 1e-13,
  list(data.frame(group = c("few", "kiosk", "qr", "single"), Freq = c(900, 2600, 1700, 20))))
for (lonely in c("remove", "adjust", "average")) for (g in c(NA, "kiosk")) {
  designed[[length(designed) + 1]] <- of_design("lonely", "groups_raking", lonely, g)
}
designs$groups_raking <- NULL
options(survey.lonely.psu = "fail")
designed <- do.call(rbind, designed)
write17(designed[, !names(designed) %in% c("people", "answered_df")], "calibrated.csv")

moved <- cbind(sampled$households, one = 1)
of_each <- function(name) {
  data.frame(design = name, line = seq_len(nrow(moved)) + 1, weight = unname(weights(designs[[name]](moved))))
}
write17(do.call(rbind, lapply(setdiff(names(designs), c("two_stages", "one_of_two")), of_each)), "weights.csv")

# ---- changes, trends, groups -----------------------------------------------

# From the people of one group to those of another, with the covariance of the
# villages they share: the contrast of the influence values; where R knows the
# figure as one ratio, its own contrast must agree.
one_ratio <- function(f) length(f$t$sets) == 1
calibrated <- c("villages_raking", "villages_linear", "villages_crossed", "stages_raking")
with_sums <- function(d) {
  w <- d[, setdiff(names(d), items)]
  w$one <- 1
  for (i in items) { w[[paste0("s", i)]] <- as.numeric(valid(d[[i]]) & satisfied(i, d[[i]]))
                     w[[paste0("v", i)]] <- as.numeric(valid(d[[i]])) }
  w
}
of_change <- function(shape, name, make, before, now) {
  w <- with_sums(sampled[[shape]])
  inside <- w$group %in% c(before, now)
  weight <- as.vector(weights(make(w)))
  rows <- list()
  for (f in figures) {
    z <- rep(0, nrow(w)); rates <- c()
    for (g in c(before, now)) {
      here <- w$group == g; rate <- 0
      for (j in seq_along(f$t$sets)) {
        num <- sums(paste0("s", f$t$sets[[j]]), w); den <- sums(paste0("v", f$t$sets[[j]]), w)
        S <- sum((weight * num)[here]); V <- sum((weight * den)[here])
        rate <- rate + f$t$weights[j] * S / V
        z <- z + here * (if (g == now) 1 else -1) * f$t$weights[j] * (num - S / V * den) / V
      }
      rates <- c(rates, rate)
    }
    w$z <- z
    domain <- subset(make(w), inside)
    se <- unname(SE(svytotal(~z, domain)))[1]
    df <- degf(domain)
    change <- rates[2] - rates[1]
    if (one_ratio(f) && !name %in% calibrated) {
      w$num <- sums(paste0("s", f$t$sets[[1]]), w); w$den <- sums(paste0("v", f$t$sets[[1]]), w)
      both <- svyby(~num, ~group, denominator = ~den, subset(make(w), inside), svyratio, covmat = TRUE)
      theirs <- svycontrast(both, setNames(c(-1, 1), c(before, now)))
      stopifnot(abs(coef(theirs) - change) < 1e-12, abs(SE(theirs) - se) < 1e-12)
    }
    limits <- change + c(-1, 1) * qt(0.975, df) * se
    method <- "student"
    if (name == "plain" && length(f$items) == 1) {
      method <- "newcombe"
      l <- sapply(c(before, now), function(g) {
        here <- w$group == g
        suppressWarnings(prop.test(sum(w$num[here]), sum(w$den[here]), correct = FALSE))$conf.int
      })
      limits <- change + c(-1, 1) * c(sqrt((rates[2] - l[1, 2])^2 + (l[2, 1] - rates[1])^2),
                                      sqrt((l[2, 2] - rates[2])^2 + (rates[1] - l[1, 1])^2))
    }
    rows[[length(rows) + 1]] <- data.frame(shape = shape, design = name, level = f$level, code = f$code,
      aggregation = f$rule, change = change, se = se, low = max(-1, limits[1]), upp = min(1, limits[2]),
      df = df, method = method)
  }
  do.call(rbind, rows)
}
villages_fpc <- drawn_as(ids = ~village, strata = ~stratum, weights = ~weight, fpc = ~villages)
# Where a stratum has one unit: "all/remove" is the design "all" with that treatment.
treated <- function(name, lonely, of) {
  options(survey.lonely.psu = lonely)
  on.exit(options(survey.lonely.psu = "fail"))
  of(paste(name, lonely, sep = "/"))
}
# From everybody, or nobody, to everybody: Newcombe's limits from the two that designs.csv
# has, which know nothing of villages in both periods.
of_certain <- function(name, make) {
  rows <- of_change("certain", name, make, "kiosk", "qr")
  printed <- one_stage[one_stage$shape == "certain" & one_stage$design == name, ]
  at <- function(group) {
    g <- printed[printed$group == group, ]
    g[match(paste(rows$level, rows$code, rows$aggregation), paste(g$level, g$code, g$aggregation)), ]
  }
  p <- at("kiosk"); q <- at("qr")
  flat <- is.na(p$deff) | is.na(q$deff)
  rows$low[flat] <- (rows$change - sqrt((q$rate - q$low)^2 + (p$upp - p$rate)^2))[flat]
  rows$upp[flat] <- (rows$change + sqrt((q$upp - q$rate)^2 + (p$rate - p$low)^2))[flat]
  rows$method[flat] <- "newcombe"
  rows$se[rows$se < 1e-7] <- 0
  rows
}
of_calibrated <- lapply(calibrated, function(name) of_change("households", name, designs[[name]], "kiosk", "qr"))
write17(rbind(of_change("villages", "plain", plain, "kiosk", "qr"),
              of_change("villages", "all", villages_drawn, "kiosk", "qr"),
              of_change("villages", "all_fpc", villages_fpc, "kiosk", "qr"),
              of_change("households", "two_stages", two_stages, "kiosk", "few"),
              do.call(rbind, of_calibrated),
              do.call(rbind, lapply(c("remove", "adjust", "average"), treated, name = "all", of = function(name) of_change("lonely", name, villages_drawn, "kiosk", "qr"))),
              do.call(rbind, lapply(c("remove", "adjust", "average"), treated, name = "all_fpc", of = function(name) of_change("lonely", name, villages_fpc, "kiosk", "few"))),
              of_certain("all", villages_drawn), of_certain("clusters", drawn_as(ids = ~village, weights = ~one))),
        "changes.csv")

month_number <- function(m) as.numeric(substr(m, 1, 4)) * 12 + as.numeric(substr(m, 6, 7))
of_trend <- function(name, make, shape = "households") {
  w <- with_sums(sampled[[shape]])
  w$t <- month_number(w$month) - month_number("2025-11")
  rows <- list()
  for (f in Filter(one_ratio, figures)) {
    w$num <- sums(paste0("s", f$t$sets[[1]]), w); w$den <- sums(paste0("v", f$t$sets[[1]]), w)
    df <- degf(make(w)) - 1
    fit <- function(start) svyglm(cbind(num, den - num) ~ t, subset(make(w), w$den > 0), family = quasibinomial,
                                  start = start, control = list(epsilon = 1e-14, maxit = 100))
    # The errors come from the last step but one: a second fit starts where the first ended.
    m <- fit(coef(fit(NULL)))
    slope <- unname(coef(m)[2]); se <- unname(SE(m)[2])
    limits <- slope + c(-1, 1) * qt(0.975, df) * se
    rows[[length(rows) + 1]] <- data.frame(design = name, level = f$level, code = f$code,
      aggregation = f$rule, slope = slope, se = se, low = limits[1], upp = limits[2], df = df)
  }
  do.call(rbind, rows)
}
# A mean of rates: least squares through the logits of the months, as a contrast of the
# totals of every month and term.
of_mean_trend <- function(name, make, shape = "households") {
  w <- with_sums(sampled[[shape]])
  t <- month_number(w$month) - month_number("2025-11")
  at <- sort(unique(t))
  pull <- (at - mean(at)) / sum((at - mean(at))^2)
  rows <- list()
  for (f in Filter(function(f) !one_ratio(f), figures)) {
    k <- seq_along(f$t$sets)
    columns <- c()
    for (m in seq_along(at)) for (j in k) {
      num <- sprintf("num%d_%d", m, j); den <- sprintf("den%d_%d", m, j)
      w[[num]] <- sums(paste0("s", f$t$sets[[j]]), w) * (t == at[m])
      w[[den]] <- sums(paste0("v", f$t$sets[[j]]), w) * (t == at[m])
      columns <- c(columns, num, den)
    }
    rate <- function(m) paste0("(", paste(sprintf("%.17g * num%d_%d / den%d_%d", f$t$weights, m, k, m, k), collapse = " + "), ")")
    line <- paste(sprintf("(%.17g) * log(%s / (1 - %s))", pull, sapply(seq_along(at), rate), sapply(seq_along(at), rate)), collapse = " + ")
    slope <- svycontrast(svytotal(reformulate(columns), make(w)), str2lang(line))
    df <- degf(make(w)) - 1
    limits <- unname(coef(slope)) + c(-1, 1) * qt(0.975, df) * unname(SE(slope))
    rows[[length(rows) + 1]] <- data.frame(design = name, level = f$level, code = f$code,
      aggregation = f$rule, slope = unname(coef(slope)), se = unname(SE(slope)), low = limits[1], upp = limits[2], df = df)
  }
  do.call(rbind, rows)
}
trends_of <- function(...) rbind(of_trend(...), of_mean_trend(...))
write17(rbind(trends_of("plain", plain), trends_of("two_stages", two_stages),
              do.call(rbind, lapply(calibrated, function(name) trends_of(name, designs[[name]]))),
              do.call(rbind, lapply(c("remove", "adjust"), treated, name = "two_stages",
                of = function(name) trends_of(name, two_stages, "lonely_households")))), "trends.csv")

# One row per answer: the person, or the village, is the cluster. People without a group
# take no part; the groups may be those of an item, which then is not tested itself.
of_groups <- function(shape, name, by, lonely = NULL) {
  d <- sampled[[shape]]
  d$person <- seq_len(nrow(d))
  rows <- list()
  # Weights are fitted to people: with calibrated ones a figure has one answer of each.
  single <- function(f) one_ratio(f) && !by %in% f$items && (!name %in% calibrated || length(f$items) == 1)
  for (f in Filter(single, figures)) {
    long <- do.call(rbind, lapply(f$t$sets[[1]], function(i) {
      a <- d[, c(setdiff(names(d), items), if (by %in% items) by)]
      a$valid <- valid(d[[i]]) & !is.na(d[[by]])
      a$satisfied <- as.numeric(satisfied(i, d[[i]]))
      a
    }))
    long$by <- long[[by]]; long$one <- 1
    design <- switch(name,
      plain = svydesign(ids = ~person, weights = ~one, data = long),
      all = svydesign(ids = ~village, strata = ~stratum, weights = ~weight, data = long),
      all_fpc = svydesign(ids = ~village, strata = ~stratum, weights = ~weight, fpc = ~villages, data = long),
      designs[[name]](long))
    design <- subset(design, valid)
    test <- svychisq(~satisfied + by, design)
    pearson <- suppressWarnings(chisq.test(svytable(~satisfied + by, design, Ntotal = sum(long$valid)), correct = FALSE))
    rows[[length(rows) + 1]] <- data.frame(shape = shape, design = paste(c(name, lonely), collapse = "/"), by = by, level = f$level, code = f$code,
      aggregation = f$rule, valid = sum(long$valid), pearson = unname(pearson$statistic), f = unname(test$statistic),
      df_groups = unname(test$parameter[1]), nu = unname(test$parameter[2] / test$parameter[1]), p = unname(test$p.value))
  }
  do.call(rbind, rows)
}
write17(rbind(of_groups("villages", "plain", "group"), of_groups("villages", "all", "group"),
              of_groups("villages", "plain", "A1"), of_groups("villages", "all", "A1"),
              of_groups("households", "plain", "gender"), of_groups("households", "all", "age"),
              of_groups("households", "all", "gender"),
              do.call(rbind, lapply(calibrated, function(name) of_groups("households", name, "group"))),
              of_groups("villages", "all_fpc", "group"),
              do.call(rbind, lapply(c("remove", "adjust", "average"), function(lonely) treated("", lonely, function(name) of_groups("lonely", "all", "group", lonely))))), "groups.csv")
