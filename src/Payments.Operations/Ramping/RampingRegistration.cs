using Microsoft.Extensions.Options;
using Payments.Operations.Auditing;
using Payments.Operations.Replaying;

namespace Payments.Operations.Ramping;

/// <summary>Groups of dead letters are sent on in growing steps.</summary>
internal static class RampingRegistration
{
    public static void AddRamping(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RampOptions>()
            .Bind(builder.Configuration.GetSection(RampOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton(provider => provider.GetRequiredService<IOptions<RampOptions>>().Value);
        builder.Services.AddSingleton<RampTable>();
        builder.Services.AddSingleton<RampStepping>();
        if (builder.Configuration.GetSection(RampOptions.Section).GetValue(nameof(RampOptions.Ramp), true))
            builder.Services.AddHostedService<RampDriver>();
    }

    public static void MapRamping(this WebApplication app)
    {
        var group = app.MapGroup("/v1/dead-letters").WithTags("Triage");
        group.MapPost("/ramps", RampEndpoints.Start)
            .WithName("StartRamp").WithSummary("Sends a group's open letters on in steps: 1, 2, 4 ..., each after the outcomes of the last.")
            .Accepts<RampRequest>("application/json").Changes()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapGet("/ramps", RampEndpoints.List)
            .WithName("ListRamps").WithSummary("Lists up to 200 ramps, begun last first.");
        group.MapGet("/ramps/{id}", RampEndpoints.Show)
            .WithName("GetRamp").WithSummary("How far a ramp has come.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/ramps/{id}/pause", RampEndpoints.Pause)
            .WithName("PauseRamp").WithSummary("Lets no further step begin.").Change();
        group.MapPost("/ramps/{id}/resume", RampEndpoints.Resume)
            .WithName("ResumeRamp").WithSummary("Lets a paused ramp go on.").Change();
        group.MapPost("/ramps/{id}/cancel", RampEndpoints.Cancel)
            .WithName("CancelRamp").WithSummary("Ends a ramp; what it has claimed goes out.").Change();
    }

    private static void Change(this RouteHandlerBuilder route) => route
        .Accepts<OperatorRequest>("application/json").Changes()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict);
}
