using Payments.Benchmark.Instance;
using Payments.Benchmark.Loading;
using Payments.Benchmark.Reporting;

namespace Payments.Benchmark.Running;

/// <summary>Which scenarios the options mean.</summary>
internal static class PlanFactory
{
    public const string Floor = "floor";
    private const int ScaleOutOrders = 10;
    private const string Kill = "kill";
    private const string Growth = "growth";
    private const string Outage = "outage";
    private const string Letters = "letters";
    private const int UsualMinutes = 10;
    private const long UsualGrowth = 5_000_000;
    private const int UsualLetters = 100_000;
    private const int Merchants = 20;

    private static readonly Variant[] Headlines =
        [Variant.Single, Variant.ThreeSellers, Variant.Declines, Variant.HotSeller];

    private static readonly int[] OrderCounts = [1, 3, 10, 30, 100];

    /// <summary>Every name that may be asked for.</summary>
    public static IReadOnlyList<string> Names => [.. Usual, Growth, Outage, Letters];

    /// <summary>What fits on any disk, and measures throughput.</summary>
    private static IReadOnlyList<string> Usual { get; } =
    [
        Variant.Single.Name, Floor, .. Headlines.Skip(1).Select(v => v.Name),
        .. OrderCounts.Select(n => Variant.OfOrders(n).Name), ScaleOut.Prefix, Kill,
    ];

    public static Plan Create(BenchmarkOptions options)
    {
        var plan = options.Mode switch
        {
            BenchmarkMode.Short => new Plan
            {
                Mode = "short",
                Scenarios = [],
                Runs = 1,
                WarmUpOrders = 2000,
                Orders = 5000,
                Loads = [0.5],
                LatencyTime = TimeSpan.FromSeconds(10),
                Settles = false,
                QuietPatience = TimeSpan.FromSeconds(4),
            },
            BenchmarkMode.Standard => new Plan
            {
                Mode = "standard",
                Scenarios = [],
                Runs = 3,
                WarmUpOrders = 4000,
                Orders = 20_000,
                Loads = [0.5, 0.8, 0.1],
                LatencyTime = TimeSpan.FromSeconds(30),
                Settles = true,
                QuietPatience = TimeSpan.FromMinutes(1),
            },
            BenchmarkMode.Long => new Plan
            {
                Mode = "long",
                Scenarios = [],
                Runs = 1,
                WarmUpOrders = 10_000,
                Orders = 20_000,
                Saturation = TimeSpan.FromMinutes(options.Minutes ?? UsualMinutes),
                Loads = [0.5, 0.8, 0.1],
                LatencyTime = TimeSpan.FromMinutes(options.Minutes ?? UsualMinutes),
                Settles = true,
                QuietPatience = TimeSpan.FromMinutes(1),
            },
        };
        return plan with
        {
            Scenarios = [.. Choose(options).SelectMany(name => Create(name, options))],
            Runs = options.Runs ?? plan.Runs,
            Loads = options.Loads ?? plan.Loads,
            Orders = options.Payments ?? plan.Orders,
            Saturation = options.Payments is null ? plan.Saturation : null,
        };
    }

    private static IReadOnlyList<string> Choose(BenchmarkOptions options) =>
        options.Only.Count > 0 ? options.Only
        : options.Mode == BenchmarkMode.Standard ? Usual
        : [Variant.Single.Name, Floor];

    private static IEnumerable<Scenario> Create(string name, BenchmarkOptions options)
    {
        // The short mode has time for one.
        var psps = options.Psp ?? (options.Mode == BenchmarkMode.Short ? [PspSetting.Free] : [PspSetting.Free, PspSetting.Http]);
        if (name == Floor)
            return [new Scenario(name, Variant.Single, PspSetting.Free) { IsFloor = true, WithLatency = true }];
        if (name == ScaleOut.Prefix)
        {
            // Of several orders, whose answers meet in two processes.
            return new[] { Variant.Single, Variant.OfOrders(ScaleOutOrders) }.SelectMany(variant =>
            {
                var one = new Scenario($"{name}-{variant.Orders}-one", variant, psps[0]);
                // In between, so that a machine that becomes faster or slower does not count for the processes.
                return (Scenario[])[one, one with { Name = $"{name}-{variant.Orders}-two", Processes = 2 }, one];
            });
        }

        if (name == Kill)
            return [new Scenario(name, Variant.Single, psps[0]) { Kills = true }];
        if (name == Growth)
        {
            var empty = new Scenario(TableGrowth.Empty, Variant.Single with { Merchants = Merchants }, psps[0]) { WithQueries = true };
            // In between, so that a machine that becomes faster or slower does not count for the tables.
            return [empty, empty with { Name = TableGrowth.Grown, Seeded = options.Grown ?? UsualGrowth }, empty];
        }

        if (name == Letters)
        {
            var letters = options.Letters ?? UsualLetters;
            return
            [
                new Scenario(name, Variant.Single with { Merchants = Merchants }, psps[0])
                {
                    WithQueries = true, Seeded = letters, Letters = letters,
                },
            ];
        }

        if (name == Outage)
        {
            return Enum.GetValues<OutageKind>().Select(kind => new Scenario(
                $"{Outage}-{kind.ToString().ToLowerInvariant()}", Variant.ThreePsps, PspSetting.Http)
            {
                Outage = kind,
            });
        }

        if (Headlines.FirstOrDefault(v => v.Name == name) is { } headline)
            return psps.Select(psp => new Scenario(name, headline, psp) { WithLatency = true });
        var variant = OrderCounts.Select(Variant.OfOrders).First(v => v.Name == name);
        return [new Scenario(name, variant, psps[0])];
    }
}
