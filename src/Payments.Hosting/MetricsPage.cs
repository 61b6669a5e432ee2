using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Payments.Hosting;

/// <summary>
/// <c>GET /metrics</c>: the process's meters in Prometheus' text format, version 0.0.4. The packages that would do it are not
/// served where this is built from. For callers on the same machine only: some services' ports face the world.
/// </summary>
internal static class MetricsPage
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Our own, what the web server does, and how the runtime is.</summary>
    private static readonly string[] Meters = ["Payments.*", "Microsoft.AspNetCore.Hosting", "System.Runtime"];

    public static IServiceCollection AddMetricsPage(this IServiceCollection services) =>
        services.AddSingleton<MetricsText>().AddSingleton(provider => Sdk.CreateMeterProviderBuilder()
            .AddMeter(Meters)
            .AddReader(new BaseExportingMetricReader(provider.GetRequiredService<MetricsText>()))
            .Build());

    public static void MapMetricsPage(this IEndpointRouteBuilder app)
    {
        // Listens from the start, not from the first question on.
        app.ServiceProvider.GetRequiredService<MeterProvider>();
        app.MapGet("/metrics", (HttpContext http, MetricsText metrics) =>
            http.Connection.RemoteIpAddress is { } caller && System.Net.IPAddress.IsLoopback(caller)
                ? Results.Text(metrics.Read(), ContentType)
                : Results.NotFound())
            .ExcludeFromDescription();
    }
}

/// <summary>Writes what the meters say when it is asked for.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class MetricsText : BaseExporter<Metric>, IPullMetricExporter
{
    private readonly Lock _reading = new();
    private StringBuilder _text = new();

    public Func<int, bool>? Collect { get; set; }

    /// <exception cref="InvalidOperationException">The meters cannot be read.</exception>
    public string Read()
    {
        lock (_reading)
        {
            _text = new StringBuilder();
            return Collect?.Invoke(Timeout.Infinite) == true
                ? _text.ToString()
                : throw new InvalidOperationException("The meters cannot be read.");
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (var metric in batch)
            Write(metric);
        return ExportResult.Success;
    }

    private void Write(Metric metric)
    {
        var name = NameOf(metric);
        var (kind, value) = Reading(metric.MetricType);
        _text.Append("# HELP ").Append(name).Append(' ').Append(metric.Description.ReplaceLineEndings(" ")).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = LabelsOf(point.Tags);
            if (value is null)
                WriteHistogram(name, labels, point);
            else
                WriteLine(name, labels, value(point));
        }
    }

    private static (string Kind, Func<MetricPoint, double>? Value) Reading(MetricType type) => type switch
    {
        MetricType.LongSum => ("counter", p => p.GetSumLong()),
        MetricType.DoubleSum => ("counter", p => p.GetSumDouble()),
        MetricType.LongSumNonMonotonic => ("gauge", p => p.GetSumLong()),
        MetricType.DoubleSumNonMonotonic => ("gauge", p => p.GetSumDouble()),
        MetricType.LongGauge => ("gauge", p => p.GetGaugeLastValueLong()),
        MetricType.DoubleGauge => ("gauge", p => p.GetGaugeLastValueDouble()),
        _ => ("histogram", null),
    };

    private void WriteHistogram(string name, string labels, in MetricPoint point)
    {
        long below = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            var bound = double.IsPositiveInfinity(bucket.ExplicitBound)
                ? "+Inf"
                : bucket.ExplicitBound.ToString(CultureInfo.InvariantCulture);
            WriteLine(name + "_bucket", labels + (labels.Length > 0 ? "," : "") + $"le=\"{bound}\"", below);
        }

        WriteLine(name + "_sum", labels, point.GetHistogramSum());
        WriteLine(name + "_count", labels, point.GetHistogramCount());
    }

    private void WriteLine(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
            _text.Append('{').Append(labels).Append('}');
        _text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    /// <summary>As OpenTelemetry maps names to Prometheus': the unit of seconds or bytes, then <c>_total</c> of what only grows.</summary>
    private static string NameOf(Metric metric)
    {
        var unit = metric.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        var total = metric.MetricType is MetricType.LongSum or MetricType.DoubleSum ? "_total" : "";
        return Word(metric.Name) + unit + total;
    }

    private static string LabelsOf(ReadOnlyTagCollection tags)
    {
        var labels = new List<string>();
        foreach (var (name, value) in tags)
        {
            var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            var escaped = text.Replace("\\", "\\\\").Replace("\"", "\\\"").ReplaceLineEndings("\\n");
            labels.Add($"{Word(name)}=\"{escaped}\"");
        }

        return string.Join(',', labels);
    }

    private static string Word(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_'));
}
