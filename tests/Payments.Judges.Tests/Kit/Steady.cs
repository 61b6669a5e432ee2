using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Payments.Testing;

namespace Payments.Judges.Tests.Kit;

/// <summary>The judge: Steady, a mock server that holds every request against a published specification.</summary>
internal sealed class Steady : IJudge
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly HttpClient _client;

    private Steady(Process process, Uri address)
    {
        _process = process;
        _client = new HttpClient { BaseAddress = address };
        // Nobody reads what it says, and a full pipe would stop it.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static async Task<Steady> StartAsync(string spec, string[] options)
    {
        var port = FreePort();
        var process = Node.Start("node",
        [
            Path.Combine("node_modules", "@stdy", "cli", "steady.js"),
            "--host", "127.0.0.1",
            "--port", port.ToString(CultureInfo.InvariantCulture),
            .. options,
            Path.Combine(Requirements.SpecFolder!, spec),
        ]);
        var steady = new Steady(process, new Uri($"http://127.0.0.1:{port}/"));
        await Eventually.Async(
            $"Steady to answer for {spec}",
            StartDeadline,
            async () =>
            {
                process.HasExited.ShouldBeFalse();
                using var response = await steady._client.GetAsync(new Uri("nowhere", UriKind.Relative));
                return response.StatusCode == HttpStatusCode.NotFound;
            },
            retryOn: e => e is HttpRequestException);
        return steady;
    }

    public async Task<IReadOnlyList<string>> JudgeAsync(SentRequest sent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(sent.Method), new Uri(sent.Path, UriKind.Relative));
        foreach (var (name, value) in sent.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (sent.ContentType is not null)
        {
            request.Content = new ByteArrayContent(sent.Body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(sent.ContentType);
        }

        using var response = await _client.SendAsync(request);
        var count = int.Parse(Header(response, "x-steady-error-count"), CultureInfo.InvariantCulture);
        return
        [
            .. Enumerable.Range(1, count).Select(
                i => $"{sent}: {Header(response, $"x-steady-error-{i}-path")}: {Header(response, $"x-steady-error-{i}-message")}"),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        // The launcher and the program it launched.
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : "";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
