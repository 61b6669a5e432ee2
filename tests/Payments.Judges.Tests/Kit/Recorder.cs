using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Payments.Judges.Tests.Kit;

/// <summary>Stands between an adapter and the sandbox, passes everything on and keeps what was sent.</summary>
internal sealed class Recorder : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _sandbox;
    private readonly ConcurrentQueue<SentRequest> _sent = [];

    private Recorder(Uri sandbox)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(PassOnAsync);
        _sandbox = new HttpClient { BaseAddress = sandbox };
    }

    public IReadOnlyCollection<SentRequest> Sent => _sent;

    public Uri Address => new(
        _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/");

    /// <param name="sandbox">The account's address at the sandbox, with a trailing slash.</param>
    public static async Task<Recorder> StartAsync(Uri sandbox)
    {
        var recorder = new Recorder(sandbox);
        await recorder._app.StartAsync();
        return recorder;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _sandbox.Dispose();
    }

    private async Task PassOnAsync(HttpContext context)
    {
        var sent = await ReadAsync(context.Request);
        _sent.Enqueue(sent);
        using var request = new HttpRequestMessage(HttpMethod.Parse(sent.Method), new Uri(sent.Path, UriKind.Relative));
        foreach (var (name, value) in sent.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (sent.ContentType is not null)
        {
            request.Content = new ByteArrayContent(sent.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", sent.ContentType);
        }

        using var response = await _sandbox.SendAsync(request, context.RequestAborted);
        var body = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.NonValidated.Where(h => h.Key != "Transfer-Encoding"))
            context.Response.Headers[name] = values.ToArray();
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static async Task<SentRequest> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return new SentRequest(
            request.Method,
            request.Path.ToUriComponent().TrimStart('/') + request.QueryString,
            [
                .. request.Headers
                    .Where(h => h.Key is not ("Host" or "Connection" or "Content-Length" or "Content-Type"))
                    .Select(h => KeyValuePair.Create(h.Key, h.Value.ToString())),
            ],
            request.ContentType,
            body.ToArray());
    }
}
