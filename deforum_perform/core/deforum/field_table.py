"""The field table: every Deforum schedule that can be played, one row each.

Names, labels, defaults and gates are those of sd-webui-deforum at 32242685 and Tok/sd-forge-deforum at 424dd333
(``label_forge`` where they differ; an empty ``label``: only the Forge fork has the field). Ranges are (low, high).
``cn_{i}_...`` rows represent the ControlNet units 1 to 5.
"""

from __future__ import annotations

from .field_row import ANY, BOTH, FROM_NOISE, NEW_FRAMES, ONLY_2D, ONLY_3D, Field, Gate

ROWS: tuple[Field, ...] = (
    Field(
        "strength_schedule", "Strength schedule", default="0: (0.65)", kind="float", unit="fraction", rest=0.65,
        reads="cadence", modes=ANY, idle=FROM_NOISE, gentle=(0.6, 0.72), standard=(0.45, 0.75), wild=(0.2, 0.9),
        hard=(0, 1), note="1 - denoise: low changes more, and a frame takes about steps*(1-strength) steps. "
        "0.05 is a visible difference, 0.01 fine tuning",
    ),
    Field(
        "zoom", "Zoom", default="0: (1.0025+0.002*sin(1.25*3.14*t/30))", kind="float", unit="factor/frame", rest=1,
        reads="frame", modes=ONLY_2D, gentle=(0.995, 1.015), standard=(0.98, 1.04), wild=(0.9, 1.12),
        hard=(0.01, 10), note="multiplicative; rate form is factor/second",
    ),
    Field(
        "angle", "Angle", default="0: (0)", kind="float", unit="deg/frame", rest=0, reads="frame", modes=ONLY_2D,
        gentle=(-0.5, 0.5), standard=(-2, 2), wild=(-10, 10), hard=(-180, 180),
        note="positive turns the picture anticlockwise",
    ),
    Field(
        "translation_x", "Translation X", default="0: (0)", kind="float", unit="px/frame", rest=0, reads="frame",
        modes=BOTH, gentle=(-2, 2), standard=(-8, 8), wild=(-40, 40), hard=(-2048, 2048),
        note="positive moves the picture right in 2D; in 3D units are 1/200 of world units",
    ),
    Field(
        "translation_y", "Translation Y", default="0: (0)", kind="float", unit="px/frame", rest=0, reads="frame",
        modes=BOTH, gentle=(-2, 2), standard=(-8, 8), wild=(-40, 40), hard=(-2048, 2048),
        note="positive moves the picture down in 2D and the other way in 3D",
    ),
    Field(
        "translation_z", "Translation Z", label_forge="Translation Z (zoom when animation mode is '3D')",
        default="0: (1.75)", kind="float", unit="units/frame", rest=0, reads="frame", modes=ONLY_3D, gentle=(-2, 4),
        standard=(-5, 10), wild=(-30, 50), hard=(-500, 500), note="speed also depends on fov_schedule",
    ),
    Field(
        "transform_center_x", "Transform Center X", default="0: (0.5)", kind="float", unit="fraction", rest=0.5,
        reads="frame", modes=ONLY_2D, gentle=(0.4, 0.6), standard=(0.2, 0.8), wild=(-0.5, 1.5), hard=(-4, 4),
    ),
    Field(
        "transform_center_y", "Transform Center Y", default="0: (0.5)", kind="float", unit="fraction", rest=0.5,
        reads="frame", modes=ONLY_2D, gentle=(0.4, 0.6), standard=(0.2, 0.8), wild=(-0.5, 1.5), hard=(-4, 4),
    ),
    Field(
        "rotation_3d_x", "Rotation 3D X", default="0: (0)", kind="float", unit="deg/frame", rest=0, reads="frame",
        modes=ONLY_3D, gentle=(-0.3, 0.3), standard=(-1, 1), wild=(-6, 6), hard=(-180, 180), note="tilt",
    ),
    Field(
        "rotation_3d_y", "Rotation 3D Y", default="0: (0)", kind="float", unit="deg/frame", rest=0, reads="frame",
        modes=ONLY_3D, gentle=(-0.3, 0.3), standard=(-1, 1), wild=(-6, 6), hard=(-180, 180), note="pan",
    ),
    Field(
        "rotation_3d_z", "Rotation 3D Z", default="0: (0)", kind="float", unit="deg/frame", rest=0, reads="frame",
        modes=ONLY_3D, gentle=(-0.5, 0.5), standard=(-2, 2), wild=(-10, 10), hard=(-180, 180), note="roll",
    ),
    Field(
        "perspective_flip_theta", "Perspective flip theta", default="0: (0)", kind="float", unit="deg/frame", rest=0,
        reads="frame", modes=BOTH, gate=Gate("enable_perspective_flip", True), gentle=(-0.5, 0.5), standard=(-2, 2),
        wild=(-10, 10), hard=(-180, 180),
    ),
    Field(
        "perspective_flip_phi", "Perspective flip phi", default="0: (0)", kind="float", unit="deg/frame", rest=0,
        reads="frame", modes=BOTH, gate=Gate("enable_perspective_flip", True), gentle=(-0.5, 0.5), standard=(-2, 2),
        wild=(-10, 10), hard=(-180, 180),
    ),
    Field(
        "perspective_flip_gamma", "Perspective flip gamma", default="0: (0)", kind="float", unit="deg/frame", rest=0,
        reads="frame", modes=BOTH, gate=Gate("enable_perspective_flip", True), gentle=(-0.5, 0.5), standard=(-2, 2),
        wild=(-10, 10), hard=(-180, 180),
    ),
    Field(
        "perspective_flip_fv", "Perspective flip tv", default="0: (53)", kind="float", unit="deg", rest=53,
        reads="frame", modes=BOTH, gate=Gate("enable_perspective_flip", True), gentle=(45, 65), standard=(30, 90),
        wild=(30, 160), hard=(1, 179),
    ),
    Field(
        "noise_schedule", "Noise schedule", default="0: (0.065)", kind="float", unit="fraction", rest=0.065,
        reads="cadence", modes=ANY, idle=NEW_FRAMES, gentle=(0.04, 0.08), standard=(0.02, 0.12), wild=(0, 0.5),
        hard=(0, 1),
    ),
    Field(
        "noise_multiplier_schedule", "Noise multiplier schedule", default="0: (1.05)", kind="float", unit="factor",
        rest=1.05, reads="cadence", modes=ANY, idle=FROM_NOISE, gate=Gate("enable_noise_multiplier_scheduling", True),
        gentle=(1, 1.08), standard=(0.95, 1.12), wild=(0.5, 1.5), hard=(0, 10),
    ),
    Field(
        "cfg_scale_schedule", "CFG scale schedule", default="0: (7)", kind="float", unit="scale", rest=7,
        reads="cadence", modes=ANY, gentle=(6, 8), standard=(5, 15), wild=(1, 30), hard=(0, 100),
        note="Flux on Forge wants 1.0",
    ),
    Field(
        "distilled_cfg_scale_schedule", "", label_forge="Distilled CFG scale schedule", default="0: (3.5)",
        kind="float", unit="scale", rest=3.5, reads="cadence", modes=ANY, gentle=(3, 4), standard=(2, 6),
        wild=(1, 15), hard=(0, 100), note="Forge fork only",
    ),
    Field(
        "contrast_schedule", "Contrast schedule", default="0: (1.0)", kind="float", unit="factor", rest=1,
        reads="cadence", modes=ANY, idle=NEW_FRAMES, gentle=(0.98, 1.02), standard=(0.95, 1.05), wild=(0.5, 1.5),
        hard=(0, 10),
    ),
    Field(
        "steps_schedule", "Steps schedule", default="0: (25)", kind="int", unit="steps", rest=25, reads="cadence",
        modes=ANY, gate=Gate("enable_steps_scheduling", True), gentle=(20, 30), standard=(15, 40), wild=(5, 80),
        hard=(1, 200),
    ),
    Field(
        "seed_schedule", "Seed schedule", default="0:(s), 1:(-1), \"max_f-2\":(-1), \"max_f-1\":(s)", kind="int",
        unit="seed", rest=-1, reads="cadence", modes=ANY, gate=Gate("seed_behavior", "schedule"),
        hard=(-1, 4294967295),
    ),
    Field(
        "subseed_schedule", "Subseed schedule", default="0: (1)", kind="int", unit="seed", rest=1, reads="cadence",
        modes=ANY, gate=Gate("enable_subseed_scheduling", True), hard=(-1, 4294967295),
    ),
    Field(
        "subseed_strength_schedule", "Subseed strength schedule", default="0: (0)", kind="float", unit="fraction",
        rest=0, reads="cadence", modes=ANY, gate=Gate("enable_subseed_scheduling", True), gentle=(0, 0.1),
        standard=(0, 0.3), wild=(0, 1), hard=(0, 1),
    ),
    Field(
        "sampler_schedule", "Sampler schedule", default="0: (\"Euler a\")", kind="choice", unit="name",
        rest_text="Euler a", reads="cadence", modes=ANY, gate=Gate("enable_sampler_scheduling", True),
        note="choices are the samplers of the running WebUI; an unknown name fails at the frame that uses it",
    ),
    Field(
        "scheduler_schedule", "", label_forge="Scheduler schedule", default="0: (\"Simple\")", kind="choice",
        unit="name", rest_text="Simple", reads="cadence", modes=ANY, gate=Gate("enable_scheduler_scheduling", True),
        note="Forge fork only",
    ),
    Field(
        "checkpoint_schedule", "allows keyframing different sd models. Use *full* name as appears in ui dropdown",
        default="0: (\"model1.ckpt\"), 100: (\"model2.safetensors\")", kind="choice", unit="name", reads="cadence",
        modes=ANY, gate=Gate("enable_checkpoint_scheduling", True), names_files=True,
        note="choices are the checkpoints of the running WebUI; ( ) ' \" are stripped and , : break a name",
    ),
    Field(
        "clipskip_schedule", "CLIP skip schedule", default="0: (2)", kind="int", unit="layers", rest=2,
        reads="cadence", modes=ANY, gate=Gate("enable_clipskip_scheduling", True), gentle=(1, 2), standard=(1, 4),
        wild=(1, 12), hard=(1, 12),
    ),
    Field(
        "ddim_eta_schedule", "DDIM ETA Schedule", default="0: (0)", kind="float", unit="factor", rest=0,
        reads="cadence", modes=ANY, idle=FROM_NOISE, gate=Gate("enable_ddim_eta_scheduling", True), gentle=(0, 0.2),
        standard=(0, 0.5), wild=(0, 1), hard=(0, 1),
    ),
    Field(
        "ancestral_eta_schedule", "Ancestral ETA Schedule", default="0: (1)", kind="float", unit="factor", rest=1,
        reads="cadence", modes=ANY, idle=FROM_NOISE, gate=Gate("enable_ancestral_eta_scheduling", True),
        gentle=(0.8, 1), standard=(0.5, 1), wild=(0, 1.5), hard=(0, 10),
    ),
    Field(
        "amount_schedule", "Amount schedule", default="0: (0.1)", kind="float", unit="factor", rest=0.1,
        reads="cadence", modes=ANY, idle=NEW_FRAMES, gentle=(0.05, 0.2), standard=(0, 0.4), wild=(0, 2), hard=(0, 10),
        note="anti blur",
    ),
    Field(
        "kernel_schedule", "Kernel schedule", default="0: (5)", kind="int", unit="px", rest=5, reads="cadence",
        modes=ANY, idle=NEW_FRAMES, gentle=(3, 7), standard=(3, 9), wild=(1, 31), hard=(1, 99), odd=True,
        note="anti blur; odd numbers only",
    ),
    Field(
        "sigma_schedule", "Sigma schedule", default="0: (1)", kind="float", unit="px", rest=1, reads="cadence",
        modes=ANY, idle=NEW_FRAMES, gentle=(0.8, 1.2), standard=(0.5, 2), wild=(0.1, 10), hard=(0.01, 100),
        note="anti blur",
    ),
    Field(
        "threshold_schedule", "Threshold schedule", default="0: (0)", kind="float", unit="level", rest=0,
        reads="cadence", modes=ANY, idle=NEW_FRAMES, gentle=(0, 2), standard=(0, 8), wild=(0, 64), hard=(0, 255),
        note="anti blur",
    ),
    Field(
        "fov_schedule", "FOV schedule", default="0: (70)", kind="float", unit="deg", rest=70, reads="frame",
        modes=ONLY_3D, gentle=(60, 80), standard=(40, 100), wild=(10, 150), hard=(1, 179), note="0 is undefined",
    ),
    Field(
        "near_schedule", "Near schedule", default="0: (200)", kind="float", unit="units", rest=200, reads="frame",
        modes=ONLY_3D, hard=(1, 100000),
    ),
    Field(
        "far_schedule", "Far schedule", default="0: (10000)", kind="float", unit="units", rest=10000, reads="frame",
        modes=ONLY_3D, hard=(1, 1000000),
    ),
    Field(
        "aspect_ratio_schedule", "Aspect Ratio schedule", default="0: (1)", kind="float", unit="ratio", rest=1,
        reads="frame", modes=ONLY_3D, gentle=(0.95, 1.05), standard=(0.8, 1.25), wild=(0.5, 2), hard=(0.01, 100),
    ),
    Field(
        "cadence_flow_factor_schedule", "Cadence flow factor schedule", default="0: (1)", kind="float",
        unit="factor", rest=1, reads="cadence", modes=BOTH, wild=(0, 2), hard=(-10, 10),
    ),
    Field(
        "redo_flow_factor_schedule", "Generation flow factor schedule", default="0: (1)", kind="float",
        unit="factor", rest=1, reads="cadence", modes=BOTH, wild=(0, 2), hard=(-10, 10),
    ),
    Field(
        "pix2pix_img_cfg_scale_schedule", "Pix2Pix img CFG schedule", default="0:(1.5)", kind="float", unit="scale",
        rest=1.5, reads="cadence", modes=ANY, wild=(0, 5), hard=(0, 100),
    ),
    Field(
        "hybrid_comp_alpha_schedule", "Comp alpha schedule", default="0:(0.5)", kind="float", unit="fraction",
        rest=0.5, reads="cadence", modes=BOTH, wild=(0, 1), hard=(0, 1),
    ),
    Field(
        "hybrid_comp_mask_blend_alpha_schedule", "Comp mask blend alpha schedule", default="0:(0.5)", kind="float",
        unit="fraction", rest=0.5, reads="cadence", modes=BOTH, wild=(0, 1), hard=(0, 1),
    ),
    Field(
        "hybrid_comp_mask_contrast_schedule", "Comp mask contrast schedule", default="0:(1)", kind="float",
        unit="factor", rest=1, reads="cadence", modes=BOTH, wild=(0, 4), hard=(0, 100),
    ),
    Field(
        "hybrid_comp_mask_auto_contrast_cutoff_high_schedule", "Comp mask auto contrast cutoff high schedule",
        default="0:(100)", kind="int", unit="percent", rest=100, reads="cadence", modes=BOTH, wild=(0, 100),
        hard=(0, 100),
    ),
    Field(
        "hybrid_comp_mask_auto_contrast_cutoff_low_schedule", "Comp mask auto contrast cutoff low schedule",
        default="0:(0)", kind="int", unit="percent", rest=0, reads="cadence", modes=BOTH, wild=(0, 100),
        hard=(0, 100),
    ),
    Field(
        "hybrid_flow_factor_schedule", "Flow factor schedule", default="0:(1)", kind="float", unit="factor", rest=1,
        reads="cadence", modes=BOTH, wild=(0, 2), hard=(-10, 10),
    ),
    Field(
        "keyframe_strength_schedule", "", label_forge="Strength schedule for keyframes", default="0: (0.50)",
        kind="float", unit="fraction", rest=0.5, reads="cadence", modes=ANY, idle=NEW_FRAMES, gentle=(0.4, 0.6),
        standard=(0.3, 0.7), wild=(0.1, 0.9), hard=(0, 1), note="Forge fork only",
    ),
    Field(
        "image_strength_schedule", "Image strength schedule", default="0:(0.75)", kind="float", unit="fraction",
        rest=0.75, reads="cadence", modes=BOTH, gate=Gate("use_looper", True), wild=(0, 1), hard=(0, 1),
        note="guided images",
    ),
    Field(
        "blendFactorMax", "Blend factor max", default="0:(0.35)", kind="float", unit="fraction", rest=0.35,
        reads="cadence", modes=BOTH, gate=Gate("use_looper", True), wild=(0, 1), hard=(0, 10), note="guided images",
    ),
    Field(
        "blendFactorSlope", "Blend factor slope", default="0:(0.25)", kind="float", unit="fraction", rest=0.25,
        reads="cadence", modes=BOTH, gate=Gate("use_looper", True), wild=(0, 1), hard=(0, 10), note="guided images",
    ),
    Field(
        "tweening_frames_schedule", "Tweening frames schedule", default="0:(20)", kind="int", unit="frames", rest=20,
        reads="cadence", modes=BOTH, gate=Gate("use_looper", True), wild=(1, 60), hard=(1, 10000),
        note="guided images",
    ),
    Field(
        "color_correction_factor", "Color correction factor", default="0:(0.075)", kind="float", unit="factor",
        rest=0.075, reads="cadence", modes=BOTH, gate=Gate("use_looper", True), wild=(0, 1), hard=(0, 10),
        note="guided images",
    ),
    Field(
        "cn_{i}_weight", "Weight schedule", default="0:(1)", kind="float", unit="factor", rest=1, reads="cadence",
        modes=ANY, gate=Gate("cn_{i}_enabled", True), gentle=(0.8, 1), standard=(0.4, 1.2), wild=(0, 2), hard=(0, 2),
        note="ControlNet unit 1 to 5, present only when ControlNet is installed",
    ),
    Field(
        "cn_{i}_guidance_start", "Starting Control Step schedule", default="0:(0.0)", kind="float", unit="fraction",
        rest=0, reads="cadence", modes=ANY, gate=Gate("cn_{i}_enabled", True), wild=(0, 1), hard=(0, 1),
        note="as above",
    ),
    Field(
        "cn_{i}_guidance_end", "Ending Control Step schedule", default="0:(1.0)", kind="float", unit="fraction",
        rest=1, reads="cadence", modes=ANY, gate=Gate("cn_{i}_enabled", True), wild=(0, 1), hard=(0, 1),
        note="as above",
    ),
    Field(
        "mask_schedule", "Mask schedule", default="0: (\"{video_mask}\")", kind="choice", unit="expression",
        rest_text="{video_mask}", reads="cadence", modes=ANY, idle=FROM_NOISE, gate=Gate("use_mask", True),
        note="composable mask expression",
    ),
    Field(
        "noise_mask_schedule", "Noise mask schedule", default="0: (\"{video_mask}\")", kind="choice",
        unit="expression", rest_text="{video_mask}", reads="cadence", modes=ANY, idle=NEW_FRAMES,
        gate=Gate("use_noise_mask", True), note="composable mask expression",
    ),
    Field(
        "prompts", "Prompts", default="{\"0\": \"...\"}", kind="prompt", unit="text", reads="cadence", modes=ANY,
        note="not a schedule string: JSON of frame -> prompt in the Prompts box",
    ),
)
